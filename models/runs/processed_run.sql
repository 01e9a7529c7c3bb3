{{ config(materialized='view') }}

with runs as (
    select * from {{ ref('run') }}
),

run_activities as (
    select * from {{ ref('run_activity') }}
),

final as (
    select
        run_activities.inbound_flow_id,
        runs.run_id,
        runs.run_at
    from run_activities
    inner join runs on run_activities.run_id = runs.run_id
    where starts_with(run_activities.status, 'completed') and runs.status <> 'failed'
)

select * from final
