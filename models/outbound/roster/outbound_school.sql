with selected_flow as (
    select * from {{ ref('selected_flow') }}
    where kind = 'roster'
),

chosen_organization as (
    select * from {{ ref('chosen_organization') }}
),

outbound_person as (
    select * from {{ ref('outbound_person') }}
),

outbound_class as (
    select * from {{ ref('outbound_class') }}
),

present_orgs as (
    select * from {{ ref('history_oneroster__orgs') }}
    where dbt_valid_to is null and is_active_in_session
),

-- where somebody is, or a class
named as (
    select
        outbound_flow_id,
        school_sourced_id
    from outbound_person
    union
    select
        outbound_flow_id,
        school_sourced_id
    from outbound_class
),

final as (
    select
        selected_flow.outbound_flow_id,
        selected_flow.format,
        selected_flow.id_prefix || present_orgs.sourced_id as sourced_id,
        present_orgs.name,
        present_orgs.identifier,
        present_orgs.type
    from selected_flow
    inner join present_orgs on selected_flow.inbound_flow_id = present_orgs.inbound_flow_id
    left join chosen_organization
        on
            selected_flow.outbound_flow_id = chosen_organization.outbound_flow_id
            and present_orgs.inbound_flow_id = chosen_organization.inbound_flow_id
            and present_orgs.sourced_id = chosen_organization.sourced_id
    left join named
        on
            selected_flow.outbound_flow_id = named.outbound_flow_id
            and selected_flow.id_prefix || present_orgs.sourced_id = named.school_sourced_id
    where
        named.school_sourced_id is not null
        or (chosen_organization.sourced_id is not null and present_orgs.type = 'school')
)

select * from final
