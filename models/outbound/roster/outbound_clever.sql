with outbound_school as (
    select * from {{ ref('outbound_school') }}
    where format = 'clever'
),

outbound_person as (
    select * from {{ ref('outbound_person') }}
    where format = 'clever'
),

outbound_class as (
    select * from {{ ref('outbound_class') }}
    where format = 'clever'
),

outbound_membership as (
    select * from {{ ref('outbound_membership') }}
    where format = 'clever'
),

person_demographic as (
    select * from {{ ref('person_demographic') }}
),

final as (
    select
        outbound_flow_id,
        'schools' as kind,
        sourced_id as key,
        to_json({
            'School_id': sourced_id,
            'School_name': name,
            'School_number': coalesce(identifier, sourced_id),
            'State_id': '',
            'Low_grade': '',
            'High_grade': '',
            'Principal': '',
            'Principal_email': '',
            'School_address': '',
            'School_city': '',
            'School_state': '',
            'School_zip': '',
            'School_phone': ''
        }) as contents
    from outbound_school
    union all
    select
        outbound_flow_id,
        'teachers' as kind,
        sourced_id as key,
        to_json({
            'School_id': school_sourced_id,
            'Teacher_id': sourced_id,
            'Teacher_number': identifier,
            'State_teacher_id': '',
            'Teacher_email': email,
            'First_name': given_name,
            'Middle_name': middle_name,
            'Last_name': family_name,
            'Title': '',
            'Username': username,
            'Password': ''
        }) as contents
    from outbound_person
    where is_staff
    union all
    select
        outbound_person.outbound_flow_id,
        'students' as kind,
        outbound_person.sourced_id as key,
        to_json({
            'School_id': outbound_person.school_sourced_id,
            'Student_id': outbound_person.sourced_id,
            'Student_number': outbound_person.identifier,
            'State_id': '',
            'Last_name': outbound_person.family_name,
            'Middle_name': outbound_person.middle_name,
            'First_name': outbound_person.given_name,
            'Grade': outbound_person.grade_level,
            'Gender': case person_demographic.sex when 'male' then 'M' when 'female' then 'F' end,
            'DOB': strftime(person_demographic.birth_date, '%m/%d/%Y'),
            'Race': '',
            'Hispanic_Latino': '',
            'Ell_status': '',
            'Frl_status': '',
            'Iep_status': '',
            'Student_street': '',
            'Student_city': '',
            'Student_state': '',
            'Student_zip': '',
            'Student_email': outbound_person.email,
            'Contact_relationship': '',
            'Contact_type': '',
            'Contact_name': '',
            'Contact_phone': '',
            'Contact_email': '',
            'Username': outbound_person.username,
            'Password': ''
        }) as contents
    from outbound_person
    left join person_demographic
        on
            if(list_contains(outbound_person.optional_data, 'demographics'), outbound_person.person_id, null)
            = person_demographic.person_id
            and person_demographic.is_present_in_source
    where outbound_person.is_student
    union all
    select
        outbound_flow_id,
        'sections' as kind,
        sourced_id as key,
        to_json({
            'School_id': school_sourced_id,
            'Section_id': sourced_id,
            {%- for number in range(1, 11) %}
            'Teacher_{{ number ~ '_' if number > 1 }}id': teacher_ids[{{ number }}],
            {%- endfor %}
            'Name': title,
            'Section_number': class_code,
            'Grade': if(len(grades) = 1, grades[1], null),
            'Course_name': course_title,
            'Course_number': course_code,
            'Course_description': '',
            'Period': periods,
            'Subject': subject,
            'Term_name': term_name,
            'Term_start': strftime(term_start_date, '%m/%d/%Y'),
            'Term_end': strftime(term_end_date, '%m/%d/%Y')
        }) as contents
    from outbound_class
    union all
    select
        outbound_flow_id,
        'enrollments' as kind,
        class_sourced_id || ',' || person_sourced_id as key,
        to_json({
            'School_id': school_sourced_id,
            'Section_id': class_sourced_id,
            'Student_id': person_sourced_id
        }) as contents
    from outbound_membership
    where is_student
)

select * from final
