with orgs as (
    select * from {{ ref('history_oneroster__orgs') }}
    where dbt_valid_to is null
),

flow_window as (
    select * from {{ ref('flow_window') }}
),

ref_definition as (
    select * from {{ ref('ref_definition') }}
),

-- one row per flow that knows the organization
records as (
    select
        orgs.sourced_id,
        orgs.inbound_flow_id,
        flow_window.source_system_id,
        flow_window.year_code,
        flow_window.opens_at,
        orgs.name,
        orgs.type,
        orgs.identifier,
        orgs.parent_sourced_id,
        orgs.is_active_in_session as is_present,
        orgs.first_seen_at,
        coalesce(orgs.last_seen_at, greatest(orgs.dbt_valid_from, flow_window.last_processed_at)) as last_seen_at
    from orgs
    inner join flow_window on orgs.inbound_flow_id = flow_window.inbound_flow_id
),

-- values from the newest year that has it present, else from the newest year
latest as (
    select
        * exclude (is_present, first_seen_at, last_seen_at),
        min(first_seen_at) over (partition by source_system_id, sourced_id) as first_seen_at,
        max(last_seen_at) over (partition by source_system_id, sourced_id) as last_seen_at,
        bool_or(is_present) over (partition by source_system_id, sourced_id) as is_present_in_source
    from records
    qualify
        row_number() over (
            partition by source_system_id, sourced_id
            order by is_present desc, year_code desc, opens_at desc, inbound_flow_id desc
        ) = 1
),

final as (
    select
        latest.source_system_id || ':' || latest.sourced_id as organization_id,
        latest.source_system_id,
        latest.inbound_flow_id,
        latest.sourced_id as external_id,
        latest.source_system_id || ':' || latest.parent_sourced_id as parent_organization_id,
        org_type.ref_definition_id as ref_org_type_id,
        latest.name,
        latest.identifier,
        latest.type as org_type,
        latest.is_present_in_source,
        latest.first_seen_at,
        latest.last_seen_at
    from latest
    left join ref_definition as org_type
        on
            latest.type = org_type.code
            and org_type.reference_type = 'RefOrgType'
)

select * from final
