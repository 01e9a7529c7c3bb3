with outbound_school as (
    select * from {{ ref('outbound_school') }}
    where format = 'flatLists'
),

outbound_person as (
    select * from {{ ref('outbound_person') }}
    where format = 'flatLists'
),

outbound_class as (
    select * from {{ ref('outbound_class') }}
    where format = 'flatLists'
),

outbound_membership as (
    select * from {{ ref('outbound_membership') }}
    where format = 'flatLists'
),

-- accounts are told by their address, so who has none is in no list
final as (
    select
        outbound_class.outbound_flow_id,
        'courses' as kind,
        outbound_class.sourced_id as key,
        to_json({
            'alias': 'd:' || outbound_class.sourced_id,
            'name': outbound_class.title,
            'section': outbound_class.class_code,
            'heading': outbound_class.course_title,
            'school': outbound_school.name,
            'owner': teachers.email,
            'state': 'PROVISIONED'
        }) as contents
    from outbound_class
    left join outbound_school
        on
            outbound_class.outbound_flow_id = outbound_school.outbound_flow_id
            and outbound_class.school_sourced_id = outbound_school.sourced_id
    left join outbound_person as teachers
        on
            outbound_class.outbound_flow_id = teachers.outbound_flow_id
            and outbound_class.teacher_ids[1] = teachers.sourced_id
    union all
    select
        outbound_membership.outbound_flow_id,
        'members' as kind,
        concat_ws(
            ',',
            outbound_membership.class_sourced_id,
            outbound_membership.person_sourced_id,
            outbound_membership.is_student
        ) as key,
        to_json({
            'alias': 'd:' || outbound_membership.class_sourced_id,
            'role': if(outbound_membership.is_student, 'student', 'teacher'),
            'email': outbound_person.email,
            'person_id': outbound_membership.person_sourced_id
        }) as contents
    from outbound_membership
    inner join outbound_person
        on
            outbound_membership.outbound_flow_id = outbound_person.outbound_flow_id
            and outbound_membership.person_id = outbound_person.person_id
            and outbound_person.email is not null
)

select * from final
