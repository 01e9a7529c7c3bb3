with person_to_match as (
    select * from {{ ref('person_to_match') }}
),

directory_user as (
    select * from {{ ref('directory_user') }}
    where is_present_in_source
),

source_values as (
    select
        person_id,
        match_target,
        unnest(source_values) as source_value
    from person_to_match
),

target_values as (
    select
        object_id,
        'userPrincipalName' as match_target,
        lower(user_principal_name) as target_value
    from directory_user
    union all
    select
        object_id,
        'mail' as match_target,
        lower(mail) as target_value
    from directory_user
),

-- a person may match one user by several of their ids
pairs as (
    select
        source_values.person_id,
        target_values.object_id,
        target_values.match_target,
        min(target_values.target_value) as source_value
    from source_values
    inner join target_values
        on
            source_values.match_target = target_values.match_target
            and source_values.source_value = target_values.target_value
    group by source_values.person_id, target_values.object_id, target_values.match_target
),

final as (
    select
        *,
        count(*) over (partition by person_id) as directory_users_of_person,
        count(*) over (partition by object_id) as people_of_directory_user
    from pairs
)

select * from final
