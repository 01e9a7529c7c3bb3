{{ config(materialized='view') }}

with runs as (
    select * from {{ ref('run') }}
    where starts_with(status, 'completed')
),

activities as (
    select
        inbound_flow_id,
        run_id,
        drop_id,
        status,
        oneroster_version,
        processed_files
    from {{ earlier('runs', 'run_activity') }} as run_activities
    union all
    select
        inbound_flow_id,
        run_id,
        drop_id,
        status,
        null as oneroster_version,
        ['{{ directory_file() }}'] as processed_files
    from {{ earlier('runs', 'directory_activity') }} as directory_activities
),

final as (
    select
        activities.inbound_flow_id,
        runs.run_id,
        runs.run_at,
        activities.drop_id,
        activities.oneroster_version,
        activities.processed_files
    from activities
    inner join runs on activities.run_id = runs.run_id
    where starts_with(activities.status, 'completed')
)

select * from final
