with selected_flow as (
    select * from {{ ref('selected_flow') }}
),

selected_section as (
    select * from {{ ref('selected_section') }}
),

selected_person as (
    select * from {{ ref('selected_person') }}
    where not is_contact
),

enrollment as (
    select * from {{ ref('enrollment') }}
),

enrollment_period as (
    select * from {{ ref('enrollment_period') }}
),

role_group_role as (
    select * from {{ ref('role_group_role') }}
),

-- somebody who was dropped from a class that goes on stays in it for the days of grace
ended as (
    select
        selected_flow.outbound_flow_id,
        enrollment.enrollment_id,
        max(least(enrollment_period.active_to, enrollment.exit_date + interval 1 day)) as ended_at
    from selected_flow
    inner join enrollment
        on
            selected_flow.inbound_flow_id = enrollment.inbound_flow_id
            and selected_flow.grace_days > 0
            and not enrollment.is_current
    inner join enrollment_period on enrollment.enrollment_id = enrollment_period.enrollment_id
    group by selected_flow.outbound_flow_id, enrollment.enrollment_id
),

final as (
    select
        selected_flow.outbound_flow_id,
        enrollment.inbound_flow_id,
        enrollment.enrollment_id,
        enrollment.external_id as sourced_id,
        enrollment.section_id,
        enrollment.person_id,
        selected_person.user_sourced_id,
        enrollment.role,
        not enrollment.is_current as is_in_grace,
        ended.ended_at + selected_flow.grace_days * interval 1 day as grace_ends_at
    from enrollment
    inner join selected_flow on enrollment.inbound_flow_id = selected_flow.inbound_flow_id
    semi join selected_section
        on
            selected_flow.outbound_flow_id = selected_section.outbound_flow_id
            and enrollment.section_id = selected_section.section_id
    inner join selected_person
        on
            selected_flow.outbound_flow_id = selected_person.outbound_flow_id
            and enrollment.inbound_flow_id = selected_person.inbound_flow_id
            and enrollment.person_id = selected_person.person_id
    left join role_group_role on enrollment.role = role_group_role.role_code
    left join ended
        on
            selected_flow.outbound_flow_id = ended.outbound_flow_id
            and enrollment.enrollment_id = ended.enrollment_id
    where
        (enrollment.is_current or selected_flow.judged_at < grace_ends_at)
        and (
            selected_flow.role_groups is null
            or role_group_role.role_group_id is null
            or list_contains(selected_flow.role_groups, role_group_role.role_group_id)
        )
)

select * from final
