{{ config(post_hook=['{{ roster_on() }}', '{{ roster_changes() }}']) }}

-- depends_on: {{ ref('enrollment_period') }}
with enrollment as (
    select * from {{ ref('enrollment').include(database=false) }}
    where is_current
),

section as (
    select * from {{ ref('section').include(database=false) }}
),

course as (
    select * from {{ ref('course').include(database=false) }}
),

organization as (
    select * from {{ ref('organization').include(database=false) }}
),

person as (
    select * from {{ ref('person').include(database=false) }}
),

final as (
    select
        enrollment.enrollment_id,
        enrollment.source_system_id,
        enrollment.inbound_flow_id,
        section.organization_id,
        organization.name as school,
        section.course_id,
        course.name as course,
        enrollment.section_id,
        section.name as class,
        section.code as class_code,
        enrollment.role,
        enrollment.person_id,
        person.surname,
        person.given_name,
        enrollment.is_primary_staff_for_section,
        enrollment.entry_date,
        enrollment.exit_date,
        enrollment.first_seen_at
    from enrollment
    inner join section on enrollment.section_id = section.section_id
    inner join person on enrollment.person_id = person.person_id
    left join course on section.course_id = course.course_id
    left join organization on section.organization_id = organization.organization_id
)

select * from final
