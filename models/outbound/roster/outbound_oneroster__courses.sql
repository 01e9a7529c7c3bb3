-- Written by `make models` from seeds/catalogue, which is the place to change it.
with selected_flow as (
    select * from {{ ref('selected_flow') }}
    where kind = 'roster'
),

present_courses as (
    select * from {{ ref('history_oneroster__courses') }}
    where dbt_valid_to is null and is_active_in_session
),

present_sessions as (
    select * from {{ ref('history_oneroster__academic_sessions') }}
    where dbt_valid_to is null and is_active_in_session
),

chosen_organization as (
    select * from {{ ref('chosen_organization') }}
),

selected_section as (
    select * from {{ ref('selected_section') }}
),

-- courses of what is chosen, and those of its classes
wanted as (
    select
        chosen_organization.outbound_flow_id,
        present_courses.inbound_flow_id,
        present_courses.sourced_id,
        cast(null as varchar) as school_sourced_id
    from chosen_organization
    inner join present_courses
        on
            chosen_organization.inbound_flow_id = present_courses.inbound_flow_id
            and chosen_organization.sourced_id = present_courses.org_sourced_id
    union all
    select
        selected_section.outbound_flow_id,
        selected_section.inbound_flow_id,
        selected_section.course_sourced_id as sourced_id,
        min(selected_section.school_sourced_id) as school_sourced_id
    from selected_section
    group by selected_section.outbound_flow_id, selected_section.inbound_flow_id, selected_section.course_sourced_id
),

wanted_once as (
    select
        outbound_flow_id,
        inbound_flow_id,
        sourced_id,
        max(school_sourced_id) as school_sourced_id
    from wanted
    group by outbound_flow_id, inbound_flow_id, sourced_id
),

records as (
    select
        selected_flow.outbound_flow_id,
        selected_flow.format,
        selected_flow.id_prefix,
        present_courses.* replace (
            present_sessions.sourced_id as school_year_sourced_id,
            -- a class may be of a course that an organization beyond what is chosen offers: then its own has it
            coalesce(chosen_organization.sourced_id, wanted_once.school_sourced_id) as org_sourced_id
        )
    from selected_flow
    inner join wanted_once
        on
            selected_flow.outbound_flow_id = wanted_once.outbound_flow_id
            and selected_flow.inbound_flow_id = wanted_once.inbound_flow_id
    inner join present_courses
        on
            wanted_once.inbound_flow_id = present_courses.inbound_flow_id
            and wanted_once.sourced_id = present_courses.sourced_id
    left join chosen_organization
        on
            wanted_once.outbound_flow_id = chosen_organization.outbound_flow_id
            and wanted_once.inbound_flow_id = chosen_organization.inbound_flow_id
            and present_courses.org_sourced_id = chosen_organization.sourced_id
    left join present_sessions
        on
            present_courses.inbound_flow_id = present_sessions.inbound_flow_id
            and present_courses.school_year_sourced_id = present_sessions.sourced_id
),

final as (
    select
        records.outbound_flow_id,
        'courses' as kind,
        records.id_prefix || records.sourced_id as key,
        case records.format
            when 'oneRoster11'
                then to_json({
                        'sourcedId': records.id_prefix || records.sourced_id,
                        'status': '',
                        'dateLastModified': '',
                        'schoolYearSourcedId': records.id_prefix || records.school_year_sourced_id,
                        'title': records.title,
                        'courseCode': records.course_code,
                        'grades': array_to_string(records.grades, ','),
                        'orgSourcedId': records.id_prefix || records.org_sourced_id,
                        'subjects': array_to_string(records.subjects, ','),
                        'subjectCodes': array_to_string(records.subject_codes, ',')
                    })
            when 'oneRoster12'
                then to_json({
                        'sourcedId': records.id_prefix || records.sourced_id,
                        'status': '',
                        'dateLastModified': '',
                        'schoolYearSourcedId': records.id_prefix || records.school_year_sourced_id,
                        'title': records.title,
                        'courseCode': records.course_code,
                        'grades': array_to_string(records.grades, ','),
                        'orgSourcedId': records.id_prefix || records.org_sourced_id,
                        'subjects': array_to_string(records.subjects, ','),
                        'subjectCodes': array_to_string(records.subject_codes, ',')
                    })
            when 'schoolDataSyncV21'
                then to_json({
                        'sourcedId': records.id_prefix || records.sourced_id,
                        'orgSourcedId': records.id_prefix || records.org_sourced_id,
                        'title': records.title,
                        'code': records.course_code,
                        'schoolYearSourcedId': records.id_prefix || records.school_year_sourced_id,
                        'subject': if(len(records.subject_codes) = 1, records.subject_codes[1], ''),
                        'grade': if(len(records.grades) = 1, records.grades[1], '')
                    })
        end as contents
    from records
    where
        records.format in ('oneRoster11', 'oneRoster12', 'schoolDataSyncV21')
        and {{ is_format_asked_for(['oneRoster11', 'oneRoster12', 'schoolDataSyncV21']) }}
)

select * from final
