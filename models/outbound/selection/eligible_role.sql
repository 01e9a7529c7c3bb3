with selected_flow as (
    select * from {{ ref('selected_flow') }}
),

person_organization_role as (
    select * from {{ ref('person_organization_role') }}
    where is_active_in_session
),

role_group_role as (
    select * from {{ ref('role_group_role') }}
),

ref_definition as (
    select * from {{ ref('ref_definition') }}
),

final as (
    select
        selected_flow.outbound_flow_id,
        person_organization_role.inbound_flow_id,
        person_organization_role.person_organization_role_id,
        person_organization_role.external_id as sourced_id,
        person_organization_role.person_id,
        substr(person_organization_role.person_id, length(selected_flow.source_system_id) + 2) as user_sourced_id,
        person_organization_role.organization_id,
        substr(person_organization_role.organization_id, length(selected_flow.source_system_id) + 2)
            as organization_sourced_id,
        role_group_role.role_group_id,
        person_organization_role.role,
        person_organization_role.grade_level,
        person_organization_role.is_primary,
        ref_definition.sort_index as role_rank
    from person_organization_role
    inner join selected_flow on person_organization_role.inbound_flow_id = selected_flow.inbound_flow_id
    inner join role_group_role on person_organization_role.role = role_group_role.role_code
    left join ref_definition on person_organization_role.ref_role_id = ref_definition.ref_definition_id
    where
        (
            selected_flow.role_groups is null
            or list_contains(selected_flow.role_groups, role_group_role.role_group_id)
        )
        and (
            selected_flow.grades is null
            or person_organization_role.role <> 'student'
            or list_contains(selected_flow.grades, person_organization_role.grade_level)
        )
)

select * from final
