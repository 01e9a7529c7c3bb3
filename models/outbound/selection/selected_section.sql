with selected_flow as (
    select * from {{ ref('selected_flow') }}
),

chosen_organization as (
    select * from {{ ref('chosen_organization') }}
),

eligible_role as (
    select * from {{ ref('eligible_role') }}
),

section as (
    select * from {{ ref('section') }}
    where is_present_in_source
),

enrollment as (
    select * from {{ ref('enrollment') }}
    where is_current and role = 'student'
),

-- where grades are chosen, a class is one that a student of such a grade is in
sections_of_grades as (
    select distinct
        selected_flow.outbound_flow_id,
        enrollment.section_id
    from enrollment
    inner join selected_flow
        on enrollment.inbound_flow_id = selected_flow.inbound_flow_id and selected_flow.grades is not null
    inner join eligible_role
        on
            selected_flow.outbound_flow_id = eligible_role.outbound_flow_id
            and enrollment.person_id = eligible_role.person_id
            and eligible_role.role = 'student'
),

final as (
    select
        selected_flow.outbound_flow_id,
        section.inbound_flow_id,
        section.section_id,
        section.external_id as sourced_id,
        section.organization_id,
        chosen_organization.sourced_id as school_sourced_id,
        substr(section.course_id, length(section.inbound_flow_id) + 2) as course_sourced_id
    from section
    inner join selected_flow on section.inbound_flow_id = selected_flow.inbound_flow_id
    inner join chosen_organization
        on
            selected_flow.outbound_flow_id = chosen_organization.outbound_flow_id
            and section.inbound_flow_id = chosen_organization.inbound_flow_id
            and section.organization_id = chosen_organization.organization_id
    left join sections_of_grades
        on
            selected_flow.outbound_flow_id = sections_of_grades.outbound_flow_id
            and section.section_id = sections_of_grades.section_id
    where selected_flow.grades is null or sections_of_grades.section_id is not null
)

select * from final
