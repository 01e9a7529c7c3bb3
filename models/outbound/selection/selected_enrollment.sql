with selected_flow as (
    select * from {{ ref('selected_flow') }}
),

selected_section as (
    select * from {{ ref('selected_section') }}
),

chosen_organization as (
    select * from {{ ref('chosen_organization') }}
),

selected_person as (
    select * from {{ ref('selected_person') }}
    where not is_contact
),

enrollment as (
    select * from {{ ref('enrollment') }}
),

enrollment_in_grace as (
    select * from {{ ref('enrollment_in_grace') }}
),

role_group_role as (
    select * from {{ ref('role_group_role') }}
),

final as (
    select
        selected_flow.outbound_flow_id,
        enrollment.inbound_flow_id,
        enrollment.enrollment_id,
        enrollment.external_id as sourced_id,
        enrollment.section_id,
        selected_section.sourced_id as class_sourced_id,
        coalesce(chosen_organization.sourced_id, selected_section.school_sourced_id) as school_sourced_id,
        enrollment.person_id,
        selected_person.user_sourced_id,
        enrollment.role,
        enrollment.is_primary_staff_for_section,
        enrollment.entry_date,
        enrollment.exit_date,
        not enrollment.is_current as is_in_grace,
        enrollment_in_grace.grace_ends_at
    from enrollment
    inner join selected_flow on enrollment.inbound_flow_id = selected_flow.inbound_flow_id
    inner join selected_section
        on
            selected_flow.outbound_flow_id = selected_section.outbound_flow_id
            and enrollment.section_id = selected_section.section_id
    inner join selected_person
        on
            selected_flow.outbound_flow_id = selected_person.outbound_flow_id
            and enrollment.inbound_flow_id = selected_person.inbound_flow_id
            and enrollment.person_id = selected_person.person_id
    left join chosen_organization
        on
            selected_flow.outbound_flow_id = chosen_organization.outbound_flow_id
            and enrollment.inbound_flow_id = chosen_organization.inbound_flow_id
            and enrollment.organization_id = chosen_organization.organization_id
    left join role_group_role on enrollment.role = role_group_role.role_code
    left join enrollment_in_grace
        on
            selected_flow.outbound_flow_id = enrollment_in_grace.outbound_flow_id
            and enrollment.enrollment_id = enrollment_in_grace.enrollment_id
    where
        (enrollment.is_current or enrollment_in_grace.enrollment_id is not null)
        and (
            selected_flow.role_groups is null
            or role_group_role.role_group_id is null
            or list_contains(selected_flow.role_groups, role_group_role.role_group_id)
        )
)

select * from final
