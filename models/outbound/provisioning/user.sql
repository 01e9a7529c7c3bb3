with selected_flow as (
    select * from {{ ref('selected_flow') }}
    where kind = 'provisioning'
),

selected_role as (
    select * from {{ ref('selected_role') }}
    where not is_contact
),

person as (
    select * from {{ ref('person') }}
),

person_version as (
    select * from {{ ref('person_version') }}
    where is_current
),

person_match as (
    select * from {{ ref('person_match') }}
),

directory_user as (
    select * from {{ ref('directory_user') }}
),

-- people may be in two years of a source, and have several roles: the primary one leads
ordered_roles as (
    select
        *,
        row_number() over (
            partition by outbound_flow_id, person_id
            order by coalesce(is_primary, false) desc, role_rank asc, person_organization_role_id asc
        ) as role_order
    from selected_role
),

leading_roles as (
    select
        selected_role.outbound_flow_id,
        selected_role.person_id,
        bool_or(selected_flow.is_unmatched_created) as is_unmatched_created,
        arg_min(selected_role.role, selected_role.role_order) as role,
        arg_min(selected_role.role_group_id, selected_role.role_order) as role_group_id,
        arg_min(selected_role.organization_sourced_id, selected_role.role_order) as school_external_id,
        max(selected_role.grade_level) filter (where selected_role.role = 'student') as grade_level
    from ordered_roles as selected_role
    inner join selected_flow
        on
            selected_role.outbound_flow_id = selected_flow.outbound_flow_id
            and selected_role.inbound_flow_id = selected_flow.inbound_flow_id
    group by selected_role.outbound_flow_id, selected_role.person_id
),

joined as (
    select
        leading_roles.outbound_flow_id,
        leading_roles.person_id,
        person_match.object_id,
        directory_user.user_principal_name,
        coalesce(person_match.match_status, 'unmatched') as match_status,
        coalesce(person_match.match_status, 'unmatched') = 'matched' or leading_roles.is_unmatched_created as is_sent,
        if(leading_roles.role = 'student', 'student', if(leading_roles.role = 'teacher', 'teacher', 'faculty'))
            as primary_role,
        person.external_id,
        if(leading_roles.role = 'student', 'Student_', 'Teacher_') || person.external_id as anchor_id,
        person.given_name,
        person.surname,
        leading_roles.role_group_id,
        leading_roles.grade_level,
        person_version.identifier as user_number,
        leading_roles.school_external_id,
        if(coalesce(person_match.match_status, 'unmatched') = 'matched', null, person_match.source_value) as new_name
    from leading_roles
    inner join person on leading_roles.person_id = person.person_id
    left join person_version
        on
            person.person_id = person_version.person_id
            and person.inbound_flow_id = person_version.inbound_flow_id
    left join person_match on leading_roles.person_id = person_match.person_id
    left join directory_user on person_match.object_id = directory_user.object_id
),

final as (
    select
        outbound_flow_id,
        person_id as key,
        person_id,
        object_id,
        user_principal_name,
        match_status,
        is_sent,
        primary_role,
        external_id,
        given_name,
        surname,
        role_group_id,
        grade_level,
        user_number,
        school_external_id,
        to_json({
            'id': object_id,
            -- of somebody who has no account yet, what it is to be called
            'userPrincipalName': coalesce(user_principal_name, new_name),
            'givenName': given_name,
            'surname': surname,
            'primaryRole': primary_role,
            'externalSource': 'sis',
            '{{ education_attribute("ObjectType") }}': if(primary_role = 'student', 'Student', 'Teacher'),
            '{{ education_attribute("AnchorId") }}': anchor_id,
            '{{ education_attribute("SyncSource") }}': 'SIS',
            '{{ education_attribute("SyncSource_StudentId") }}': if(primary_role = 'student', external_id, null),
            '{{ education_attribute("StudentNumber") }}': if(primary_role = 'student', user_number, null),
            '{{ education_attribute("Grade") }}': grade_level,
            '{{ education_attribute("SyncSource_TeacherId") }}': if(primary_role <> 'student', external_id, null),
            '{{ education_attribute("TeacherNumber") }}': if(primary_role <> 'student', user_number, null),
            '{{ education_attribute("SyncSource_SchoolId") }}': school_external_id
        }) as contents
    from joined
)

select * from final
