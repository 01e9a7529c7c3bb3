with newest as (
    {{ newest_records(ref('history_oneroster__orgs')) }}
),

ref_definition as (
    select * from {{ ref('ref_definition') }}
),

final as (
    select
        newest.source_system_id || ':' || newest.sourced_id as organization_id,
        newest.source_system_id,
        newest.inbound_flow_id,
        newest.sourced_id as external_id,
        newest.source_system_id || ':' || newest.parent_sourced_id as parent_organization_id,
        org_type.ref_definition_id as ref_org_type_id,
        newest.name,
        newest.identifier,
        newest.type as org_type,
        newest.is_present_in_source,
        newest.first_seen_at,
        newest.last_seen_at
    from newest
    left join ref_definition as org_type
        on
            newest.type = org_type.code
            and org_type.reference_type = 'RefOrgType'
)

select * from final
