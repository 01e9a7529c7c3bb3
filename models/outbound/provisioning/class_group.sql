with selected_flow as (
    select * from {{ ref('selected_flow') }}
    where kind = 'provisioning'
),

selected_section as (
    select * from {{ ref('selected_section') }}
),

section as (
    select * from {{ ref('section') }}
),

course as (
    select * from {{ ref('course') }}
),

organization as (
    select * from {{ ref('organization') }}
),

terms as (
    select * from {{ ref('section_term') }}
),

joined as (
    select
        selected_flow.outbound_flow_id,
        section.section_id as key,
        section.external_id,
        'Section_' || selected_flow.id_prefix || section.external_id as nickname,
        replace(
            replace(
                replace(
                    replace(
                        replace(selected_flow.class_name, '{class}', coalesce(section.name, '')),
                        '{code}',
                        coalesce(section.code, '')
                    ),
                    '{course}',
                    coalesce(course.name, '')
                ),
                '{school}',
                coalesce(organization.name, '')
            ),
            '{year}',
            cast(selected_flow.year_code as varchar)
        ) as named,
        section.name as external_name,
        section.code as class_code,
        organization.external_id as school_external_id,
        organization.name as school_name,
        course.external_id as course_external_id,
        course.name as course_name,
        course.code as course_code,
        terms.term_name,
        terms.term_external_id,
        terms.term_start_date,
        terms.term_end_date
    from selected_flow
    inner join selected_section
        on
            selected_flow.outbound_flow_id = selected_section.outbound_flow_id
            and selected_flow.inbound_flow_id = selected_section.inbound_flow_id
    inner join section on selected_section.section_id = section.section_id
    left join course on section.course_id = course.course_id
    left join organization on section.organization_id = organization.organization_id
    left join terms on section.section_id = terms.section_id
),

final as (
    select
        outbound_flow_id,
        key,
        external_id,
        -- the directory takes 120 characters, without a break
        left(trim(regexp_replace(named, '\s+', ' ', 'g')), 120) as display_name,
        -- and here 64, of few kinds: an id that has others, or is longer, goes on as a hash, for no two may be the same
        if(
            regexp_full_match(nickname, '[A-Za-z0-9._-]{1,64}'),
            nickname,
            left(regexp_replace(nickname, '[^A-Za-z0-9._-]', '_', 'g'), 55) || '_' || left(md5(key), 8)
        ) as mail_nickname,
        concat_ws(', ', course_name, school_name, term_name) as description,
        class_code,
        school_external_id,
        school_name,
        course_external_id,
        course_name,
        course_code,
        term_external_id,
        term_name,
        term_start_date,
        term_end_date,
        to_json({
            'displayName': display_name,
            'mailNickname': mail_nickname,
            'description': description,
            'classCode': class_code,
            'externalId': key,
            'externalName': external_name,
            'externalSource': 'sis',
            'externalSourceDetail': school_name,
            'term': {
                'displayName': term_name,
                'externalId': term_external_id,
                'startDate': term_start_date,
                'endDate': term_end_date
            },
            'course': {
                'courseNumber': course_code,
                'displayName': course_name,
                'externalId': course_external_id
            },
            '{{ education_attribute("ObjectType") }}': 'Section',
            '{{ education_attribute("AnchorId") }}': 'Section_' || external_id,
            '{{ education_attribute("SyncSource") }}': 'SIS',
            '{{ education_attribute("SyncSource_SectionId") }}': external_id,
            '{{ education_attribute("SyncSource_SchoolId") }}': school_external_id,
            '{{ education_attribute("SyncSource_CourseId") }}': course_external_id,
            '{{ education_attribute("SectionName") }}': external_name,
            '{{ education_attribute("CourseName") }}': course_name,
            '{{ education_attribute("CourseNumber") }}': course_code,
            '{{ education_attribute("TermId") }}': term_external_id,
            '{{ education_attribute("TermName") }}': term_name,
            '{{ education_attribute("TermStartDate") }}': term_start_date,
            '{{ education_attribute("TermEndDate") }}': term_end_date,
            '{{ education_attribute("Status") }}': 'Active'
        }) as contents
    from joined
)

select * from final
