with section_stretch as (
    select * from {{ ref('section_stretch') }}
),

person_stretch as (
    select * from {{ ref('person_stretch') }}
),

flow_window as (
    select * from {{ ref('flow_window') }}
),

ref_definition as (
    select * from {{ ref('ref_definition') }}
),

-- another person, section or role begins another stretch
stretches as (
    {{ stretches(
        ref('history_oneroster__enrollments'), ['user_sourced_id', 'class_sourced_id', 'role'], newest=['end_date']
    ) }}
),

-- greatest and least pass over nulls: an open end is null
intersected as (
    select
        stretches.inbound_flow_id,
        stretches.sourced_id,
        stretches.user_sourced_id,
        stretches.class_sourced_id,
        stretches.role,
        stretches.end_date,
        flow_window.source_system_id,
        greatest(
            stretches.present_from,
            section_stretch.present_from,
            person_stretch.present_from,
            flow_window.opens_at
        ) as active_from,
        least(
            stretches.present_to,
            section_stretch.present_to,
            person_stretch.present_to,
            flow_window.closed_at
        ) as active_to
    from stretches
    inner join flow_window on stretches.inbound_flow_id = flow_window.inbound_flow_id
    inner join section_stretch
        on
            stretches.inbound_flow_id = section_stretch.inbound_flow_id
            and stretches.class_sourced_id = section_stretch.sourced_id
    inner join person_stretch
        on
            stretches.inbound_flow_id = person_stretch.inbound_flow_id
            and stretches.user_sourced_id = person_stretch.sourced_id
),

final as (
    select
        concat_ws(
            ',', intersected.inbound_flow_id || ':' || intersected.sourced_id, intersected.active_from
        ) as enrollment_period_id,
        intersected.source_system_id,
        intersected.inbound_flow_id || ':' || intersected.sourced_id as enrollment_id,
        intersected.source_system_id || ':' || intersected.user_sourced_id as person_id,
        intersected.inbound_flow_id || ':' || intersected.class_sourced_id as section_id,
        section_role.ref_definition_id as ref_section_role_id,
        intersected.role,
        intersected.active_from,
        intersected.active_to,
        intersected.end_date as exit_date
    from intersected
    left join ref_definition as section_role
        on
            intersected.role = section_role.code
            and section_role.reference_type = 'RefSectionRole'
    where intersected.active_to is null or intersected.active_from < intersected.active_to
)

select * from final
