-- Written by `make models` from seeds/catalogue, which is the place to change it.
with selected_flow as (
    select * from {{ ref('selected_flow') }}
    where kind = 'roster'
),

present_classes as (
    select * from {{ ref('history_oneroster__classes') }}
    where dbt_valid_to is null and is_active_in_session
),

present_courses as (
    select * from {{ ref('history_oneroster__courses') }}
    where dbt_valid_to is null and is_active_in_session
),

present_sessions as (
    select
        inbound_flow_id,
        list(sourced_id) as sourced_ids
    from {{ ref('history_oneroster__academic_sessions') }}
    where dbt_valid_to is null and is_active_in_session
    group by inbound_flow_id
),

selected_section as (
    select * from {{ ref('selected_section') }}
),

records as (
    select
        selected_flow.outbound_flow_id,
        selected_flow.format,
        selected_flow.id_prefix,
        present_classes.* replace (
            present_courses.sourced_id as course_sourced_id,
            list_sort(list_intersect(present_classes.term_sourced_ids, present_sessions.sourced_ids))
                as term_sourced_ids
        )
    from selected_flow
    inner join selected_section
        on
            selected_flow.outbound_flow_id = selected_section.outbound_flow_id
            and selected_flow.inbound_flow_id = selected_section.inbound_flow_id
    inner join present_classes
        on
            selected_section.inbound_flow_id = present_classes.inbound_flow_id
            and selected_section.sourced_id = present_classes.sourced_id
    left join present_courses
        on
            present_classes.inbound_flow_id = present_courses.inbound_flow_id
            and present_classes.course_sourced_id = present_courses.sourced_id
    left join present_sessions on present_classes.inbound_flow_id = present_sessions.inbound_flow_id
),

final as (
    select
        records.outbound_flow_id,
        'classes' as kind,
        records.id_prefix || records.sourced_id as key,
        case records.format
            when 'oneRoster11'
                then to_json({
                        'sourcedId': records.id_prefix || records.sourced_id,
                        'status': '',
                        'dateLastModified': '',
                        'title': records.title,
                        'grades': array_to_string(records.grades, ','),
                        'courseSourcedId': records.id_prefix || records.course_sourced_id,
                        'classCode': records.class_code,
                        'classType': records.class_type,
                        'location': records.location,
                        'schoolSourcedId': records.id_prefix || records.school_sourced_id,
                        'termSourcedIds': {{ prefixed_ids('records.term_sourced_ids') }},
                        'subjects': array_to_string(records.subjects, ','),
                        'subjectCodes': array_to_string(records.subject_codes, ','),
                        'periods': array_to_string(records.periods, ',')
                    })
            when 'oneRoster12'
                then to_json({
                        'sourcedId': records.id_prefix || records.sourced_id,
                        'status': '',
                        'dateLastModified': '',
                        'title': records.title,
                        'grades': array_to_string(records.grades, ','),
                        'courseSourcedId': records.id_prefix || records.course_sourced_id,
                        'classCode': records.class_code,
                        'classType': records.class_type,
                        'location': records.location,
                        'schoolSourcedId': records.id_prefix || records.school_sourced_id,
                        'termSourcedIds': {{ prefixed_ids('records.term_sourced_ids') }},
                        'subjects': array_to_string(records.subjects, ','),
                        'subjectCodes': array_to_string(records.subject_codes, ','),
                        'periods': array_to_string(records.periods, ',')
                    })
            when 'schoolDataSyncV21'
                then to_json({
                        'sourcedId': records.id_prefix || records.sourced_id,
                        'orgSourcedId': records.id_prefix || records.school_sourced_id,
                        'title': records.title,
                        'sessionSourcedIds': {{ prefixed_ids('records.term_sourced_ids') }},
                        'courseSourcedId': records.id_prefix || records.course_sourced_id,
                        'code': records.class_code
                    })
        end as contents
    from records
    where
        records.format in ('oneRoster11', 'oneRoster12', 'schoolDataSyncV21')
        and {{ is_format_asked_for(['oneRoster11', 'oneRoster12', 'schoolDataSyncV21']) }}
)

select * from final
