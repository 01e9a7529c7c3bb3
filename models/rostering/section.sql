with classes as (
    select * from {{ ref('history_oneroster__classes') }}
    where dbt_valid_to is null
),

flow_window as (
    select * from {{ ref('flow_window') }}
),

ref_definition as (
    select * from {{ ref('ref_definition') }}
),

final as (
    select
        classes.inbound_flow_id || ':' || classes.sourced_id as section_id,
        flow_window.source_system_id,
        classes.inbound_flow_id,
        classes.sourced_id as external_id,
        flow_window.source_system_id || ':' || classes.school_sourced_id as organization_id,
        classes.inbound_flow_id || ':' || classes.course_sourced_id as course_id,
        section_type.ref_definition_id as ref_section_type_id,
        classes.title as name,
        classes.class_code as code,
        classes.location,
        classes.class_type as section_type,
        classes.is_active_in_session as is_present_in_source,
        classes.first_seen_at,
        coalesce(
            classes.last_seen_at,
            greatest(classes.dbt_valid_from, flow_window.last_processed_at)
        ) as last_seen_at
    from classes
    inner join flow_window on classes.inbound_flow_id = flow_window.inbound_flow_id
    left join ref_definition as section_type
        on
            classes.class_type = section_type.code
            and section_type.reference_type = 'RefSectionType'
)

select * from final
