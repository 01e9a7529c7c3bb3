with outbound_school as (
    select * from {{ ref('outbound_school') }}
    where format = 'appleSchoolManager'
),

outbound_person as (
    select * from {{ ref('outbound_person') }}
    where format = 'appleSchoolManager'
),

outbound_class as (
    select * from {{ ref('outbound_class') }}
    where format = 'appleSchoolManager'
),

outbound_membership as (
    select * from {{ ref('outbound_membership') }}
    where format = 'appleSchoolManager'
),

courses as (
    select distinct
        outbound_flow_id,
        course_sourced_id,
        course_code,
        course_title,
        min(school_sourced_id) over (partition by outbound_flow_id, course_sourced_id) as school_sourced_id
    from outbound_class
    where course_sourced_id is not null
),

final as (
    select
        outbound_flow_id,
        'locations' as kind,
        sourced_id as key,
        to_json({
            'location_id': sourced_id,
            'location_name': name
        }) as contents
    from outbound_school
    union all
    select
        outbound_flow_id,
        'students' as kind,
        sourced_id as key,
        to_json({
            'person_id': sourced_id,
            'person_number': identifier,
            'first_name': given_name,
            'middle_name': middle_name,
            'last_name': family_name,
            'grade_level': grade_level,
            'email_address': email,
            'sis_username': username,
            'password_policy': '',
            'location_id': school_sourced_id
        }) as contents
    from outbound_person
    where is_student
    union all
    select
        outbound_flow_id,
        'staff' as kind,
        sourced_id as key,
        to_json({
            'person_id': sourced_id,
            'person_number': identifier,
            'first_name': given_name,
            'middle_name': middle_name,
            'last_name': family_name,
            'email_address': email,
            'sis_username': username,
            'location_id': school_sourced_id
        }) as contents
    from outbound_person
    where is_staff
    union all
    select
        outbound_flow_id,
        'courses' as kind,
        course_sourced_id as key,
        to_json({
            'course_id': course_sourced_id,
            'course_number': course_code,
            'course_name': course_title,
            'location_id': school_sourced_id
        }) as contents
    from courses
    union all
    select
        outbound_flow_id,
        'classes' as kind,
        sourced_id as key,
        to_json({
            'class_id': sourced_id,
            'class_number': class_code,
            'course_id': course_sourced_id,
            'instructor_id': teacher_ids[1],
            'instructor_id_2': teacher_ids[2],
            'instructor_id_3': teacher_ids[3],
            'location_id': school_sourced_id
        }) as contents
    from outbound_class
    union all
    select
        outbound_flow_id,
        'rosters' as kind,
        class_sourced_id || ',' || person_sourced_id as key,
        to_json({
            'roster_id': md5(class_sourced_id || ',' || person_sourced_id),
            'class_id': class_sourced_id,
            'student_id': person_sourced_id
        }) as contents
    from outbound_membership
    where is_student
)

select * from final
