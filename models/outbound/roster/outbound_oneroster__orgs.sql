-- Written by `make models` from seeds/catalogue, which is the place to change it.
with recursive selected_flow as (
    select * from {{ ref('selected_flow') }}
    where kind = 'roster'
),

outbound_code as (
    select * from {{ ref('outbound_code') }}
),

present_orgs as (
    select * from {{ ref('history_oneroster__orgs') }}
    where dbt_valid_to is null and is_active_in_session
),

chosen_organization as (
    select * from {{ ref('chosen_organization') }}
),

selected_role as (
    select * from {{ ref('selected_role') }}
),

-- what is chosen, where those who are selected have a role, and what these belong to
named as (
    select
        outbound_flow_id,
        inbound_flow_id,
        sourced_id
    from chosen_organization
    union
    select
        selected_role.outbound_flow_id,
        selected_role.inbound_flow_id,
        selected_role.organization_sourced_id as sourced_id
    from selected_role
    union
    select
        named.outbound_flow_id,
        named.inbound_flow_id,
        present_orgs.parent_sourced_id as sourced_id
    from named
    inner join present_orgs
        on named.inbound_flow_id = present_orgs.inbound_flow_id and named.sourced_id = present_orgs.sourced_id
    where present_orgs.parent_sourced_id is not null
),

records as (
    select
        selected_flow.outbound_flow_id,
        selected_flow.format,
        selected_flow.id_prefix,
        present_orgs.* replace (parents.sourced_id as parent_sourced_id)
    from selected_flow
    inner join present_orgs on selected_flow.inbound_flow_id = present_orgs.inbound_flow_id
    semi join named
        on
            selected_flow.outbound_flow_id = named.outbound_flow_id
            and present_orgs.inbound_flow_id = named.inbound_flow_id
            and present_orgs.sourced_id = named.sourced_id
    left join present_orgs as parents
        on
            present_orgs.inbound_flow_id = parents.inbound_flow_id
            and present_orgs.parent_sourced_id = parents.sourced_id
),

final as (
    select
        records.outbound_flow_id,
        'orgs' as kind,
        records.id_prefix || records.sourced_id as key,
        case records.format
            when 'oneRoster11'
                then to_json({
                        'sourcedId': records.id_prefix || records.sourced_id,
                        'status': '',
                        'dateLastModified': '',
                        'name': records.name,
                        'type': coalesce(ref_org_type.written_as, records.type),
                        'identifier': records.identifier,
                        'parentSourcedId': records.id_prefix || records.parent_sourced_id
                    })
            when 'oneRoster12'
                then to_json({
                        'sourcedId': records.id_prefix || records.sourced_id,
                        'status': '',
                        'dateLastModified': '',
                        'name': records.name,
                        'type': coalesce(ref_org_type.written_as, records.type),
                        'identifier': records.identifier,
                        'parentSourcedId': records.id_prefix || records.parent_sourced_id
                    })
            when 'schoolDataSyncV21'
                then to_json({
                        'sourcedId': records.id_prefix || records.sourced_id,
                        'name': records.name,
                        'type': coalesce(ref_org_type.written_as, records.type),
                        'parentSourcedId': records.id_prefix || records.parent_sourced_id
                    })
        end as contents
    from records
    left join outbound_code as ref_org_type
        on
            records.format = ref_org_type.format
            and records.type = ref_org_type.code
            and ref_org_type.reference_type = 'RefOrgType'
    where
        records.format in ('oneRoster11', 'oneRoster12', 'schoolDataSyncV21')
        and {{ is_format_asked_for(['oneRoster11', 'oneRoster12', 'schoolDataSyncV21']) }}
)

select * from final
