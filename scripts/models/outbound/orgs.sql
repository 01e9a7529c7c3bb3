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
