with directory_users as (
    select * from {{ ref('history_directory__users') }}
    where dbt_valid_to is null
),

directory_activity as (
    select * from {{ ref('directory_activity') }}
),

run as (
    select * from {{ ref('run') }}
),

last_copy as (
    select max(run.run_at) as run_at
    from directory_activity
    inner join run on directory_activity.run_id = run.run_id
    where starts_with(directory_activity.status, 'completed') and run.status <> 'failed'
),

final as (
    select
        directory_users.sourced_id as object_id,
        directory_users.user_principal_name,
        directory_users.mail,
        directory_users.display_name,
        directory_users.given_name,
        directory_users.surname,
        directory_users.account_enabled as is_account_enabled,
        directory_users.first_seen_at,
        coalesce(
            directory_users.last_seen_at, greatest(directory_users.dbt_valid_from, last_copy.run_at)
        ) as last_seen_at,
        directory_users.is_active_in_session as is_present_in_source
    from directory_users
    cross join last_copy
)

select * from final
