with courses as (
    select * from {{ ref('history_oneroster__courses') }}
    where dbt_valid_to is null
),

present_orgs as (
    select * from {{ ref('history_oneroster__orgs') }}
    where dbt_valid_to is null and is_active_in_session
),

flow_window as (
    select * from {{ ref('flow_window') }}
),

final as (
    select
        courses.inbound_flow_id || ':' || courses.sourced_id as course_id,
        flow_window.source_system_id,
        courses.inbound_flow_id,
        courses.sourced_id as external_id,
        flow_window.source_system_id || ':' || courses.org_sourced_id as organization_id,
        courses.inbound_flow_id || ':' || courses.school_year_sourced_id as academic_year_session_id,
        courses.title as name,
        courses.course_code as code,
        courses.is_active_in_session as is_present_in_source,
        (
            courses.is_active_in_session
            and flow_window.is_in_session
            and (courses.org_sourced_id is null or present_orgs.sourced_id is not null)
        ) as is_active_in_session,
        courses.first_seen_at,
        coalesce(
            courses.last_seen_at,
            greatest(courses.dbt_valid_from, flow_window.last_processed_at)
        ) as last_seen_at
    from courses
    inner join flow_window on courses.inbound_flow_id = flow_window.inbound_flow_id
    left join present_orgs
        on
            courses.inbound_flow_id = present_orgs.inbound_flow_id
            and courses.org_sourced_id = present_orgs.sourced_id
)

select * from final
