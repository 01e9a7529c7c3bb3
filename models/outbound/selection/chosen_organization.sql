with recursive selected_flow as (
    select * from {{ ref('selected_flow') }}
),

present_orgs as (
    select * from {{ ref('history_oneroster__orgs') }}
    where dbt_valid_to is null and is_active_in_session
),

organizations as (
    select
        selected_flow.outbound_flow_id,
        selected_flow.inbound_flow_id,
        selected_flow.source_system_id || ':' || present_orgs.sourced_id as organization_id,
        present_orgs.sourced_id,
        present_orgs.parent_sourced_id,
        selected_flow.organizations as wanted
    from selected_flow
    inner join present_orgs on selected_flow.inbound_flow_id = present_orgs.inbound_flow_id
),

chosen as (
    select * from organizations
    where wanted is null or list_contains(wanted, organization_id) or list_contains(wanted, sourced_id)
    union
    select organizations.*
    from organizations
    inner join chosen
        on
            organizations.outbound_flow_id = chosen.outbound_flow_id
            and organizations.inbound_flow_id = chosen.inbound_flow_id
            and organizations.parent_sourced_id = chosen.sourced_id
),

final as (
    select
        outbound_flow_id,
        inbound_flow_id,
        organization_id,
        sourced_id
    from chosen
)

select * from final
