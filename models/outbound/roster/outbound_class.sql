with selected_flow as (
    select * from {{ ref('selected_flow') }}
    where kind = 'roster'
),

selected_section as (
    select * from {{ ref('selected_section') }}
),

selected_enrollment as (
    select * from {{ ref('selected_enrollment') }}
),

enrollment as (
    select * from {{ ref('enrollment') }}
),

present_classes as (
    select * from {{ ref('history_oneroster__classes') }}
    where dbt_valid_to is null and is_active_in_session
),

present_courses as (
    select * from {{ ref('history_oneroster__courses') }}
    where dbt_valid_to is null and is_active_in_session
),

terms as (
    select * from {{ ref('section_term') }}
),

-- the main teacher comes first
teachers_in_order as (
    select
        selected_enrollment.outbound_flow_id,
        selected_enrollment.section_id,
        selected_flow.id_prefix || selected_enrollment.user_sourced_id as teacher_id,
        min(
            row(
                coalesce(not enrollment.is_primary_staff_for_section, true),
                selected_enrollment.role <> 'teacher',
                selected_enrollment.person_id
            )
        ) as place
    from selected_enrollment
    inner join selected_flow
        on
            selected_enrollment.outbound_flow_id = selected_flow.outbound_flow_id
            and selected_enrollment.inbound_flow_id = selected_flow.inbound_flow_id
    inner join enrollment on selected_enrollment.enrollment_id = enrollment.enrollment_id
    where selected_enrollment.role <> 'student'
    group by selected_enrollment.outbound_flow_id, selected_enrollment.section_id, teacher_id
),

teachers as (
    select
        outbound_flow_id,
        section_id,
        list(teacher_id order by place) as teacher_ids
    from teachers_in_order
    group by outbound_flow_id, section_id
),

final as (
    select
        selected_flow.outbound_flow_id,
        selected_flow.format,
        selected_section.section_id,
        selected_flow.id_prefix || selected_section.sourced_id as sourced_id,
        selected_flow.id_prefix || selected_section.school_sourced_id as school_sourced_id,
        present_classes.title,
        present_classes.class_code,
        present_classes.grades,
        array_to_string(present_classes.periods, ', ') as periods,
        selected_flow.id_prefix || present_courses.sourced_id as course_sourced_id,
        present_courses.title as course_title,
        present_courses.course_code,
        coalesce(present_classes.subjects[1], present_courses.subjects[1]) as subject,
        terms.term_name,
        terms.term_start_date,
        terms.term_end_date,
        teachers.teacher_ids
    from selected_section
    inner join selected_flow
        on
            selected_section.outbound_flow_id = selected_flow.outbound_flow_id
            and selected_section.inbound_flow_id = selected_flow.inbound_flow_id
    inner join present_classes
        on
            selected_section.inbound_flow_id = present_classes.inbound_flow_id
            and selected_section.sourced_id = present_classes.sourced_id
    left join present_courses
        on
            present_classes.inbound_flow_id = present_courses.inbound_flow_id
            and present_classes.course_sourced_id = present_courses.sourced_id
    left join terms on selected_section.section_id = terms.section_id
    left join teachers
        on
            selected_section.outbound_flow_id = teachers.outbound_flow_id
            and selected_section.section_id = teachers.section_id
)

select * from final
