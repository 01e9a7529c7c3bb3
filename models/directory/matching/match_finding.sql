with match_candidate as (
    select * from {{ ref('match_candidate') }}
),

directory_activity as (
    select * from {{ ref('directory_activity') }}
),

run as (
    select * from {{ ref('run') }}
),

current_run as (
    select * from run
    where status = 'running'
),

copies as (
    select max_by(directory_activity.drop_id, run.run_at) as drop_id
    from directory_activity
    inner join run on directory_activity.run_id = run.run_id
    where starts_with(directory_activity.status, 'completed')
),

ambiguities as (
    select
        object_id,
        match_target,
        min(source_value) as source_value,
        min(people_of_directory_user) as people,
        max(directory_users_of_person) as directory_users,
        array_to_string(list_sort(list(person_id))[:5], ', ')
        || case when count(*) > 5 then ', …' else '' end as person_ids
    from match_candidate
    where people_of_directory_user > 1 or directory_users_of_person > 1
    group by object_id, match_target
),

final as (
    select
        current_run.run_id,
        'directory' as inbound_flow_id,
        copies.drop_id,
        'users.csv' as file_name,
        cast(null as bigint) as line_number,
        ambiguities.object_id as sourced_id,
        'warning' as severity,
        'none' as effect,
        'matched_once' as rule,
        ambiguities.match_target as column_name,
        ambiguities.source_value as value,
        '{{ directory_file() }}, column ' || ambiguities.match_target || ': "' || ambiguities.source_value || '": '
        || case
            when ambiguities.people > 1
                then ambiguities.people || ' people match this directory user, by this value: '
                    || ambiguities.person_ids || '. None of them is linked to it. Give each person a value of '
                    || 'their own at the source.'
            else ambiguities.person_ids || ' matches ' || ambiguities.directory_users
                || ' directory users and is linked to none of them. Leave the value with one of them in the directory.'
        end as message,
        cast(null as varchar) as caused_by
    from ambiguities
    cross join copies
    cross join current_run
)

select * from final
