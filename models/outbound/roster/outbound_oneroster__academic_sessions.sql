-- Written by `make models` from seeds/catalogue, which is the place to change it.
with selected_flow as (
    select * from {{ ref('selected_flow') }}
    where kind = 'roster'
),

outbound_code as (
    select * from {{ ref('outbound_code') }}
),

present_sessions as (
    select * from {{ ref('history_oneroster__academic_sessions') }}
    where dbt_valid_to is null and is_active_in_session
),

records as (
    select
        selected_flow.outbound_flow_id,
        selected_flow.format,
        selected_flow.id_prefix,
        present_sessions.* replace (parents.sourced_id as parent_sourced_id)
    from selected_flow
    inner join present_sessions on selected_flow.inbound_flow_id = present_sessions.inbound_flow_id
    left join present_sessions as parents
        on
            present_sessions.inbound_flow_id = parents.inbound_flow_id
            and present_sessions.parent_sourced_id = parents.sourced_id
),

final as (
    select
        records.outbound_flow_id,
        'academicSessions' as kind,
        records.id_prefix || records.sourced_id as key,
        case records.format
            when 'oneRoster11'
                then to_json({
                        'sourcedId': records.id_prefix || records.sourced_id,
                        'status': '',
                        'dateLastModified': '',
                        'title': records.title,
                        'type': coalesce(ref_session_type.written_as, records.type),
                        'startDate': cast(records.start_date as varchar),
                        'endDate': cast(records.end_date as varchar),
                        'parentSourcedId': records.id_prefix || records.parent_sourced_id,
                        'schoolYear': cast(records.school_year as varchar)
                    })
            when 'oneRoster12'
                then to_json({
                        'sourcedId': records.id_prefix || records.sourced_id,
                        'status': '',
                        'dateLastModified': '',
                        'title': records.title,
                        'type': coalesce(ref_session_type.written_as, records.type),
                        'startDate': cast(records.start_date as varchar),
                        'endDate': cast(records.end_date as varchar),
                        'parentSourcedId': records.id_prefix || records.parent_sourced_id,
                        'schoolYear': cast(records.school_year as varchar)
                    })
            when 'schoolDataSyncV21'
                then to_json({
                        'sourcedId': records.id_prefix || records.sourced_id,
                        'title': records.title,
                        'type': coalesce(ref_session_type.written_as, records.type),
                        'schoolYear': cast(records.school_year as varchar),
                        'startDate': cast(records.start_date as varchar),
                        'endDate': cast(records.end_date as varchar)
                    })
        end as contents
    from records
    left join outbound_code as ref_session_type
        on
            records.format = ref_session_type.format
            and records.type = ref_session_type.code
            and ref_session_type.reference_type = 'RefSessionType'
    where
        records.format in ('oneRoster11', 'oneRoster12', 'schoolDataSyncV21')
        and {{ is_format_asked_for(['oneRoster11', 'oneRoster12', 'schoolDataSyncV21']) }}
)

select * from final
