with roles as (
    select * from {{ ref('history_oneroster__roles') }}
    where dbt_valid_to is null
),

users as (
    select * from {{ ref('history_oneroster__users') }}
    where dbt_valid_to is null
),

present_orgs as (
    select * from {{ ref('history_oneroster__orgs') }}
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
        roles.*,
        flow_window.source_system_id,
        flow_window.last_processed_at,
        -- a student's only grade is the grade of every student role that states none
        coalesce(
            roles.grade,
            case when roles.role = 'student' and len(users.grades) = 1 then users.grades[1] end
        ) as grade_level,
        (
            roles.is_active_in_session
            and flow_window.is_in_session
            and coalesce(users.is_active_in_session, false)
            and present_orgs.sourced_id is not null
        ) as is_role_active
    from roles
    inner join flow_window on roles.inbound_flow_id = flow_window.inbound_flow_id
    left join users
        on
            roles.inbound_flow_id = users.inbound_flow_id
            and roles.user_sourced_id = users.sourced_id
    left join present_orgs
        on
            roles.inbound_flow_id = present_orgs.inbound_flow_id
            and roles.org_sourced_id = present_orgs.sourced_id
),

final as (
    select
        joined.inbound_flow_id || ':' || joined.sourced_id as person_organization_role_id,
        joined.source_system_id,
        joined.inbound_flow_id,
        joined.sourced_id as external_id,
        joined.source_system_id || ':' || joined.user_sourced_id as person_id,
        joined.source_system_id || ':' || joined.org_sourced_id as organization_id,
        joined.inbound_flow_id || ':' || joined.session_sourced_id as session_id,
        role_definition.ref_definition_id as ref_role_id,
        grade_definition.ref_definition_id as ref_grade_level_id,
        joined.role,
        joined.grade_level,
        joined.role_type = 'primary' as is_primary,
        joined.is_active_in_session as is_present_in_source,
        joined.is_role_active as is_active_in_session,
        joined.begin_date as role_start_date,
        joined.end_date as role_end_date,
        joined.first_seen_at,
        coalesce(joined.last_seen_at, greatest(joined.dbt_valid_from, joined.last_processed_at)) as last_seen_at
    from joined
    left join ref_definition as role_definition
        on
            joined.role = role_definition.code
            and role_definition.reference_type = 'RefRole'
    left join ref_definition as grade_definition
        on
            joined.grade_level = grade_definition.code
            and grade_definition.reference_type = 'RefGradeLevel'
)

select * from final
