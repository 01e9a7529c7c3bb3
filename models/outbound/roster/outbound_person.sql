with selected_flow as (
    select * from {{ ref('selected_flow') }}
    where kind = 'roster'
),

selected_role as (
    select * from {{ ref('selected_role') }}
    where not is_contact
),

present_users as (
    select * from {{ ref('history_oneroster__users') }}
    where dbt_valid_to is null and is_active_in_session
),

outbound_membership as (
    select * from {{ ref('outbound_membership') }}
),

-- the primary role leads
leading_roles as (
    select
        *,
        bool_or(role = 'student') over person as has_student_role,
        bool_or(role <> 'student') over person as has_other_role
    from selected_role
    window person as (partition by outbound_flow_id, inbound_flow_id, person_id)
    qualify
        row_number() over (
            partition by outbound_flow_id, inbound_flow_id, person_id
            order by coalesce(is_primary, false) desc, role_rank asc, person_organization_role_id asc
        ) = 1
),

-- who is enrolled as something is that, too
enrolled as (
    select
        outbound_flow_id,
        person_id,
        bool_or(is_student) as is_student,
        bool_or(not is_student) as is_staff
    from outbound_membership
    group by outbound_flow_id, person_id
),

final as (
    select
        selected_flow.outbound_flow_id,
        selected_flow.format,
        selected_flow.id_prefix,
        selected_flow.optional_data,
        leading_roles.person_id,
        selected_flow.id_prefix || leading_roles.user_sourced_id as sourced_id,
        selected_flow.id_prefix || leading_roles.organization_sourced_id as school_sourced_id,
        leading_roles.has_student_role or coalesce(enrolled.is_student, false) as is_student,
        leading_roles.has_other_role or coalesce(enrolled.is_staff, false) as is_staff,
        leading_roles.role,
        leading_roles.grade_level,
        present_users.given_name,
        present_users.middle_name,
        present_users.family_name,
        present_users.username,
        present_users.email,
        present_users.identifier
    from leading_roles
    inner join selected_flow
        on
            leading_roles.outbound_flow_id = selected_flow.outbound_flow_id
            and leading_roles.inbound_flow_id = selected_flow.inbound_flow_id
    inner join present_users
        on
            leading_roles.inbound_flow_id = present_users.inbound_flow_id
            and leading_roles.user_sourced_id = present_users.sourced_id
    left join enrolled
        on
            leading_roles.outbound_flow_id = enrolled.outbound_flow_id
            and leading_roles.person_id = enrolled.person_id
)

select * from final
