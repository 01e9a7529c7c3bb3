with academic_sessions as (
    select * from {{ ref('history_oneroster__academic_sessions') }}
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
        academic_sessions.inbound_flow_id || ':' || academic_sessions.sourced_id as session_id,
        flow_window.source_system_id,
        academic_sessions.inbound_flow_id,
        academic_sessions.sourced_id as external_id,
        academic_sessions.inbound_flow_id || ':' || academic_sessions.parent_sourced_id as parent_session_id,
        session_type.ref_definition_id as ref_session_type_id,
        academic_year.ref_definition_id as ref_academic_year_id,
        academic_sessions.title as name,
        academic_sessions.type as session_type,
        academic_sessions.school_year as academic_year,
        academic_sessions.is_active_in_session as is_present_in_source,
        academic_sessions.start_date,
        academic_sessions.end_date,
        academic_sessions.first_seen_at,
        coalesce(
            academic_sessions.last_seen_at,
            greatest(academic_sessions.dbt_valid_from, flow_window.last_processed_at)
        ) as last_seen_at
    from academic_sessions
    inner join flow_window on academic_sessions.inbound_flow_id = flow_window.inbound_flow_id
    left join ref_definition as session_type
        on
            academic_sessions.type = session_type.code
            and session_type.reference_type = 'RefSessionType'
    left join ref_definition as academic_year
        on
            cast(academic_sessions.school_year as varchar) = academic_year.code
            and academic_year.reference_type = 'RefAcademicYear'
)

select * from final
