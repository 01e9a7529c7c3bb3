with outbound_flow as (
    select * from {{ ref('outbound_flow') }}
    where kind = 'provisioning'
),

selected_role as (
    select * from {{ ref('selected_role') }}
    where not is_contact
),

chosen_organization as (
    select * from {{ ref('chosen_organization') }}
),

organization as (
    select * from {{ ref('organization') }}
),

role_group as (
    select * from {{ ref('role_group') }}
),

matched as (
    select * from {{ ref('person_match') }}
    where match_status = 'matched'
),

final as (
    select distinct
        selected_role.outbound_flow_id,
        selected_role.person_id,
        matched.object_id,
        selected_role.role_group_id,
        role_group.display_name as role_group_name,
        selected_role.organization_id,
        organization.name as organization_name,
        chosen_organization.organization_id is not null as is_chosen
    from selected_role
    inner join outbound_flow on selected_role.outbound_flow_id = outbound_flow.outbound_flow_id
    inner join matched on selected_role.person_id = matched.person_id
    inner join organization on selected_role.organization_id = organization.organization_id
    inner join role_group on selected_role.role_group_id = role_group.role_group_id
    left join chosen_organization
        on
            selected_role.outbound_flow_id = chosen_organization.outbound_flow_id
            and selected_role.inbound_flow_id = chosen_organization.inbound_flow_id
            and selected_role.organization_id = chosen_organization.organization_id
)

select * from final
