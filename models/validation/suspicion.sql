with inbound_flows as (
    select * from {{ ref('inbound_flow') }}
),

rules as (
    select * from {{ ref('rule') }}
    where about = 'records'
),

academic_sessions as (
    select
        *,
        case type
            when 'schoolYear' then 4 when 'semester' then 3 when 'term' then 3 when 'quarter' then 2
            when 'gradingPeriod' then 1
        end as height
    from {{ ref('stg_oneroster__academic_sessions') }}
),

orgs as (
    select
        *,
        case type
            when 'national' then 4 when 'state' then 3 when 'district' then 2 when 'local' then 2 when 'school' then 1
        end as height
    from {{ ref('stg_oneroster__orgs') }}
),

users as not materialized (
    select * from {{ ref('stg_oneroster__users') }}
),

user_profiles as (
    select * from {{ ref('stg_oneroster__user_profiles') }}
),

roles as not materialized (
    select * from {{ ref('stg_oneroster__roles') }}
),

courses as (
    select * from {{ ref('stg_oneroster__courses') }}
),

classes as (
    select * from {{ ref('stg_oneroster__classes') }}
),

-- its school years are not those of its sessions' dates, and its classes are at any organization
school_data_sync_flows as (
    select distinct inbound_flow_id
    from {{ ref('inbound_file') }}
    where oneroster_version = 'schoolDataSyncV21'
),

-- a view of the largest file: only the columns that each question needs are read
enrollments as not materialized (
    select * from {{ ref('stg_oneroster__enrollments') }}
),

sessions_of_another_year as (
    select
        academic_sessions.inbound_flow_id,
        'academicSessions.csv' as file_name,
        null as column_name,
        'sessions_of_the_year' as rule,
        null as sourced_id,
        null as value,
        inbound_flows.year_start_date || ' to ' || inbound_flows.year_end_date || ' in the flow, '
        || min(academic_sessions.start_date) || ' to ' || max(academic_sessions.end_date) || ' in the file' as detail
    from academic_sessions
    inner join inbound_flows on academic_sessions.inbound_flow_id = inbound_flows.inbound_flow_id
    group by academic_sessions.inbound_flow_id, inbound_flows.year_start_date, inbound_flows.year_end_date
    having
        bool_and(
            academic_sessions.end_date < inbound_flows.year_start_date
            or academic_sessions.start_date > inbound_flows.year_end_date
        )
),

contradicted_school_years as (
    select
        inbound_flow_id,
        'academicSessions.csv' as file_name,
        'schoolYear' as column_name,
        'school_year_of_the_session' as rule,
        sourced_id,
        cast(school_year as varchar) as value,
        cast(end_date as varchar) as detail
    from academic_sessions
    where
        year(end_date) not in (school_year - 1, school_year)
        and inbound_flow_id not in (select school_data_sync_flows.inbound_flow_id from school_data_sync_flows)
),

classes_at_no_school as (
    select
        classes.inbound_flow_id,
        'classes.csv' as file_name,
        'schoolSourcedId' as column_name,
        'class_at_a_school' as rule,
        classes.sourced_id,
        classes.school_sourced_id as value,
        orgs.type as detail
    from classes
    inner join orgs
        on classes.inbound_flow_id = orgs.inbound_flow_id and classes.school_sourced_id = orgs.sourced_id
    where
        orgs.type in ('department', 'local', 'district', 'state', 'national')
        and classes.inbound_flow_id not in (select school_data_sync_flows.inbound_flow_id from school_data_sync_flows)
),

lower_parents as (
    {% for name, file_name in [('orgs', 'orgs.csv'), ('academic_sessions', 'academicSessions.csv')] %}
    select
        records.inbound_flow_id,
        '{{ file_name }}' as file_name,
        'parentSourcedId' as column_name,
        'parent_above' as rule,
        records.sourced_id,
        records.parent_sourced_id as value,
        'a ' || parents.type || ' above a ' || records.type as detail
    from {{ name }} as records
    inner join {{ name }} as parents
        on
            records.inbound_flow_id = parents.inbound_flow_id
            and records.parent_sourced_id = parents.sourced_id
            and records.height > parents.height
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

shared_classes as (
    select
        inbound_flow_id,
        'enrollments.csv' as file_name,
        'classSourcedId' as column_name,
        'one_primary_teacher' as rule,
        min(sourced_id) as sourced_id,
        class_sourced_id as value,
        cast(count(distinct user_sourced_id) as varchar) as detail
    from enrollments
    where is_primary and role = 'teacher'
    group by inbound_flow_id, class_sourced_id
    having count(distinct user_sourced_id) > 1
),

several_primary_roles as (
    select
        inbound_flow_id,
        'roles.csv' as file_name,
        'userSourcedId' as column_name,
        'one_primary_role' as rule,
        min(sourced_id) as sourced_id,
        user_sourced_id as value,
        cast(count(*) as varchar) as detail
    from roles
    where role_type = 'primary'
    -- one role may be there for each session and grade
    group by inbound_flow_id, user_sourced_id, org_sourced_id, session_sourced_id, grade
    having count(*) > 1
),

roleless_organizations as (
    select
        users.inbound_flow_id,
        'users.csv' as file_name,
        'primaryOrgSourcedId' as column_name,
        'role_in_primary_organization' as rule,
        users.sourced_id,
        users.primary_org_sourced_id as value,
        null as detail
    from users
    anti join roles
        on
            users.inbound_flow_id = roles.inbound_flow_id
            and users.sourced_id = roles.user_sourced_id
            and users.primary_org_sourced_id = roles.org_sourced_id
    where users.primary_org_sourced_id is not null
),

profiles_of_others as (
    select
        roles.inbound_flow_id,
        'roles.csv' as file_name,
        'userProfileSourcedId' as column_name,
        'own_profile' as rule,
        roles.sourced_id,
        roles.user_profile_sourced_id as value,
        user_profiles.user_sourced_id as detail
    from roles
    inner join user_profiles
        on
            roles.inbound_flow_id = user_profiles.inbound_flow_id
            and roles.user_profile_sourced_id = user_profiles.sourced_id
            and roles.user_sourced_id <> user_profiles.user_sourced_id
),

enrollments_at_another_school as (
    select
        enrollments.inbound_flow_id,
        'enrollments.csv' as file_name,
        'schoolSourcedId' as column_name,
        'school_of_the_class' as rule,
        enrollments.sourced_id,
        enrollments.school_sourced_id as value,
        classes.school_sourced_id as detail
    from enrollments
    inner join classes
        on
            enrollments.inbound_flow_id = classes.inbound_flow_id
            and enrollments.class_sourced_id = classes.sourced_id
            and enrollments.school_sourced_id <> classes.school_sourced_id
),

-- by hash, which takes a fraction of the memory of the ids
repeated_hashes as (
    select hash(inbound_flow_id, class_sourced_id, user_sourced_id, role) as enrollment_hash
    from enrollments
    group by all
    having count(*) > 1
),

repeated_enrollments as (
    select
        inbound_flow_id,
        'enrollments.csv' as file_name,
        'userSourcedId' as column_name,
        'enrolled_once' as rule,
        min(sourced_id) as sourced_id,
        user_sourced_id as value,
        cast(count(*) as varchar) as detail
    from enrollments
    where
        hash(inbound_flow_id, class_sourced_id, user_sourced_id, role) in (
            select repeated_hashes.enrollment_hash from repeated_hashes
        )
    group by inbound_flow_id, class_sourced_id, user_sourced_id, role
    -- who left and came back has one after the other
    having count(*) > 1 and max(coalesce(begin_date, date '-infinity')) <= min(coalesce(end_date, date 'infinity'))
),

shared_usernames as (
    select
        inbound_flow_id,
        'users.csv' as file_name,
        'username' as column_name,
        'own_username' as rule,
        min(sourced_id) as sourced_id,
        min(username) as value,
        cast(count(*) as varchar) as detail
    from users
    where username is not null
    group by inbound_flow_id, lower(username)
    having count(*) > 1
),

unequal_subjects as (
    {% for name in ['courses', 'classes'] %}
    select
        inbound_flow_id,
        '{{ name }}.csv' as file_name,
        'subjectCodes' as column_name,
        'as_many_subject_codes' as rule,
        sourced_id,
        array_to_string(subject_codes, ',') as value,
        len(subjects) || ' subjects and ' || len(subject_codes) || ' codes' as detail
    from {{ name }}
    where len(subjects) <> len(subject_codes)
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

suspicions as (
    {% for name in [
        'sessions_of_another_year', 'contradicted_school_years', 'classes_at_no_school', 'lower_parents', 'shared_classes',
        'several_primary_roles', 'roleless_organizations', 'profiles_of_others', 'enrollments_at_another_school',
        'repeated_enrollments', 'shared_usernames', 'unequal_subjects',
    ] %}
    select * from {{ name }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- told once per file, column and rule, at one of its records
told as (
    select
        inbound_flow_id,
        file_name,
        column_name,
        rule,
        min(sourced_id) as sourced_id,
        arg_min(value, sourced_id) as value,
        coalesce(arg_min(detail, sourced_id), any_value(detail), '') as detail,
        case when count(*) > 1 then ' (' || count(*) || ' such cases)' else '' end as extent
    from suspicions
    -- the changes alone do not show the whole
    where inbound_flow_id not in ({{ flows_with_deltas() }})
    group by inbound_flow_id, file_name, column_name, rule
),

final as (
    select
        told.inbound_flow_id,
        told.file_name,
        told.sourced_id,
        told.column_name,
        told.value,
        told.rule,
        replace(rules.problem, '{detail}', told.detail) || told.extent as problem
    from told
    inner join rules on told.rule = rules.rule
)

select * from final
