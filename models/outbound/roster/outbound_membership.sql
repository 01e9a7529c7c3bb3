with selected_flow as (
    select * from {{ ref('selected_flow') }}
    where format in ('clever', 'appleSchoolManager', 'flatLists')
),

selected_enrollment as (
    select * from {{ ref('selected_enrollment') }}
),

selected_section as (
    select * from {{ ref('selected_section') }}
),

-- two enrollments make nobody twice a member
final as (
    select distinct
        selected_flow.outbound_flow_id,
        selected_flow.format,
        selected_enrollment.person_id,
        selected_flow.id_prefix || selected_enrollment.user_sourced_id as person_sourced_id,
        selected_flow.id_prefix || selected_section.sourced_id as class_sourced_id,
        selected_flow.id_prefix || selected_section.school_sourced_id as school_sourced_id,
        selected_enrollment.role = 'student' as is_student
    from selected_enrollment
    inner join selected_flow
        on
            selected_enrollment.outbound_flow_id = selected_flow.outbound_flow_id
            and selected_enrollment.inbound_flow_id = selected_flow.inbound_flow_id
    inner join selected_section
        on
            selected_enrollment.outbound_flow_id = selected_section.outbound_flow_id
            and selected_enrollment.section_id = selected_section.section_id
)

select * from final
