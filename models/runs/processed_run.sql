with runs as (
    select * from {{ ref('run') }}
    where status = 'running'
),

earlier_activities as (
    select * from {{ ref('earlier_activity') }}
),

accepted_files as (
    select * from {{ ref('accepted_file') }}
),

held_drops as (
    select * from {{ ref('held_drop') }}
),

final as (
    select
        inbound_flow_id,
        run_id,
        run_at
    from earlier_activities
    union all
    select distinct
        accepted_files.inbound_flow_id,
        runs.run_id,
        runs.run_at
    from accepted_files
    cross join runs
    where accepted_files.inbound_flow_id not in (select held_drops.inbound_flow_id from held_drops)
)

select * from final
where inbound_flow_id <> 'directory'
