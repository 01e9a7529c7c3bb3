with enrollments as (
    select * from {{ ref('history_oneroster__enrollments') }}
    where dbt_valid_to is null
),

classes as (
    select * from {{ ref('history_oneroster__classes') }}
    where dbt_valid_to is null
),

present_users as (
    select * from {{ ref('history_oneroster__users') }}
    where dbt_valid_to is null and is_active_in_session
),

flow_window as (
    select * from {{ ref('flow_window') }}
),

ref_definition as (
    select * from {{ ref('ref_definition') }}
),

joined as (
    select
        enrollments.* replace (
            -- an enrollment that names no school is at that of its class
            coalesce(enrollments.school_sourced_id, classes.school_sourced_id) as school_sourced_id
        ),
        flow_window.source_system_id,
        flow_window.last_processed_at,
        flow_window.judged_at,
        (
            enrollments.is_active_in_session
            and flow_window.is_in_session
            and coalesce(classes.is_active_in_session, false)
            and present_users.sourced_id is not null
        ) as is_enrollment_active
    from enrollments
    inner join flow_window on enrollments.inbound_flow_id = flow_window.inbound_flow_id
    left join classes
        on
            enrollments.inbound_flow_id = classes.inbound_flow_id
            and enrollments.class_sourced_id = classes.sourced_id
    left join present_users
        on
            enrollments.inbound_flow_id = present_users.inbound_flow_id
            and enrollments.user_sourced_id = present_users.sourced_id
),

final as (
    select
        joined.inbound_flow_id || ':' || joined.sourced_id as enrollment_id,
        joined.source_system_id,
        joined.inbound_flow_id,
        joined.sourced_id as external_id,
        joined.source_system_id || ':' || joined.user_sourced_id as person_id,
        joined.inbound_flow_id || ':' || joined.class_sourced_id as section_id,
        joined.source_system_id || ':' || joined.school_sourced_id as organization_id,
        section_role.ref_definition_id as ref_section_role_id,
        joined.role,
        joined.is_primary as is_primary_staff_for_section,
        joined.is_active_in_session as is_present_in_source,
        joined.is_enrollment_active as is_active_in_session,
        -- the last day belongs to it
        (
            joined.is_enrollment_active
            and coalesce(joined.end_date >= cast(joined.judged_at as date), true)
        ) as is_current,
        joined.begin_date as entry_date,
        joined.end_date as exit_date,
        joined.first_seen_at,
        coalesce(
            joined.last_seen_at,
            greatest(joined.dbt_valid_from, joined.last_processed_at)
        ) as last_seen_at
    from joined
    left join ref_definition as section_role
        on
            joined.role = section_role.code
            and section_role.reference_type = 'RefSectionRole'
)

select * from final
