-- Written by `make models` from seeds/catalogue, which is the place to change it.
with selected_flow as (
    select * from {{ ref('selected_flow') }}
    where kind = 'roster'
),

outbound_code as (
    select * from {{ ref('outbound_code') }}
),

present_roles as (
    select * from {{ ref('history_oneroster__roles') }}
    where dbt_valid_to is null and is_active_in_session
),

present_sessions as (
    select * from {{ ref('history_oneroster__academic_sessions') }}
    where dbt_valid_to is null and is_active_in_session
),

selected_role as (
    select
        *,
        row_number() over (
            partition by outbound_flow_id, inbound_flow_id, person_id
            order by coalesce(is_primary, false) desc, role_rank asc, sourced_id asc
        ) = 1 as is_first
    from {{ ref('selected_role') }}
),

-- each format reads its own
records as not materialized (
    select
        selected_flow.outbound_flow_id,
        selected_flow.format,
        selected_flow.id_prefix,
        present_roles.* replace (
            -- an id that was made up here has bars in it, which the standard does not know
            if(
                contains(present_roles.sourced_id, '|')
                and starts_with(present_roles.sourced_id, present_roles.user_sourced_id),
                md5(present_roles.sourced_id),
                present_roles.sourced_id
            ) as sourced_id,
            -- each person has one primary role
            coalesce(
                present_roles.role_type,
                if(selected_role.is_first, 'primary', 'secondary')
            ) as role_type,
            cast(null as varchar) as user_profile_sourced_id,
            present_sessions.sourced_id as session_sourced_id,
            selected_role.grade_level as grade
        ),
        present_roles.role_type as stated_role_type,
        concat_ws(
            '|',
            present_roles.user_sourced_id,
            present_roles.org_sourced_id,
            present_roles.role,
            coalesce(present_sessions.sourced_id, ''),
            coalesce(selected_role.grade_level, '')
        ) as natural_id
    from selected_flow
    inner join selected_role
        on
            selected_flow.outbound_flow_id = selected_role.outbound_flow_id
            and selected_flow.inbound_flow_id = selected_role.inbound_flow_id
            -- in School Data Sync a contact has no role
            and not (selected_role.is_contact and selected_flow.format = 'schoolDataSyncV21')
    inner join present_roles
        on
            selected_role.inbound_flow_id = present_roles.inbound_flow_id
            and selected_role.sourced_id = present_roles.sourced_id
    left join present_sessions
        on
            present_roles.inbound_flow_id = present_sessions.inbound_flow_id
            and present_roles.session_sourced_id = present_sessions.sourced_id
    where selected_flow.format <> 'oneRoster11'
),

-- without ids of their own, two that say the same are one
school_data_sync_v21 as (
    select distinct on (records.outbound_flow_id, key)
        records.outbound_flow_id,
        'roles' as kind,
        records.id_prefix || records.natural_id as key,
        case records.format
            when 'schoolDataSyncV21'
                then to_json({
                        'userSourcedId': records.id_prefix || records.user_sourced_id,
                        'orgSourcedId': records.id_prefix || records.org_sourced_id,
                        'role': coalesce(ref_role.written_as, records.role),
                        'sessionSourcedId': records.id_prefix || records.session_sourced_id,
                        'grade': records.grade,
                        'isPrimary':
                        case records.stated_role_type when 'primary' then 'true' when 'secondary' then 'false' end,
                        'roleStartDate': cast(records.begin_date as varchar),
                        'roleEndDate': cast(records.end_date as varchar)
                    })
        end as contents
    from records
    left join outbound_code as ref_role
        on
            records.format = ref_role.format
            and records.role = ref_role.code
            and ref_role.reference_type = 'RefRole'
    where
        records.format in ('schoolDataSyncV21')
        and {{ is_format_asked_for(['schoolDataSyncV21']) }}
    order by records.outbound_flow_id, key, records.sourced_id
),

final as (
    select
        records.outbound_flow_id,
        'roles' as kind,
        records.id_prefix || records.sourced_id as key,
        case records.format
            when 'oneRoster12'
                then to_json({
                        'sourcedId': records.id_prefix || records.sourced_id,
                        'status': '',
                        'dateLastModified': '',
                        'userSourcedId': records.id_prefix || records.user_sourced_id,
                        'roleType': records.role_type,
                        'role': coalesce(ref_role.written_as, records.role),
                        'beginDate': cast(records.begin_date as varchar),
                        'endDate': cast(records.end_date as varchar),
                        'orgSourcedId': records.id_prefix || records.org_sourced_id,
                        'userProfileSourcedId': records.id_prefix || records.user_profile_sourced_id
                    })
        end as contents
    from records
    left join outbound_code as ref_role
        on
            records.format = ref_role.format
            and records.role = ref_role.code
            and ref_role.reference_type = 'RefRole'
    where
        records.format in ('oneRoster12')
        and {{ is_format_asked_for(['oneRoster12']) }}
    union all
    select * from school_data_sync_v21
)

select * from final
