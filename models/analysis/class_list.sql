with current_roster as (
    select * from {{ ref('current_roster').include(database=false) }}
),

section as (
    select * from {{ ref('section').include(database=false) }}
),

active_terms as (
    select
        section_session.section_id,
        list(session.name order by session.start_date, session.name) as terms
    from {{ ref('section_session').include(database=false) }} as section_session
    inner join {{ ref('session').include(database=false) }} as session
        on section_session.session_id = session.session_id
    where section_session.is_active_in_session
    group by section_session.section_id
),

-- a person may be enrolled in a class more than once
people as (
    select
        section_id,
        role,
        person_id,
        any_value(nullif(concat_ws(', ', surname, given_name), '')) as name
    from current_roster
    group by section_id, role, person_id
),

members as (
    select
        section_id,
        list(name order by name) filter (where role = 'teacher') as teachers,
        count(*) filter (where role = 'student') as students,
        list(name order by name) filter (where role = 'student') as student_names
    from people
    group by section_id
),

organization as (
    select * from {{ ref('organization').include(database=false) }}
),

course as (
    select * from {{ ref('course').include(database=false) }}
),

final as (
    select
        section.section_id,
        section.source_system_id,
        section.inbound_flow_id,
        section.organization_id,
        organization.name as school,
        course.name as course,
        section.name as class,
        section.code as class_code,
        section.location,
        active_terms.terms,
        members.teachers,
        coalesce(members.students, 0) as students,
        members.student_names
    from section
    -- a class is there while one of its terms is, or somebody in it
    left join active_terms on section.section_id = active_terms.section_id
    left join members on section.section_id = members.section_id
    left join organization on section.organization_id = organization.organization_id
    left join course on section.course_id = course.course_id
    where active_terms.section_id is not null or members.section_id is not null
)

select * from final
