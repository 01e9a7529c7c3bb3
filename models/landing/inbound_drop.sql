{%- set earlier_activity = earlier('runs', 'run_activity') -%}
with inbound_flows as (
    select * from {{ ref('inbound_flow') }}
),

runs as (
    select * from {{ ref('run') }}
),

landed_files as (
    select * from {{ ref('landed_file') }}
),

visible_drops as (
    select
        landed_files.folder as inbound_flow_id,
        landed_files.drop_id,
        landed_files.landed_at,
        bool_or(landed_files.file_name <> 'manifest.csv') as holds_more_than_a_manifest
    from landed_files
    inner join runs on runs.status = 'running' and landed_files.landed_at <= runs.run_at
    group by landed_files.folder, landed_files.drop_id, landed_files.landed_at
),

-- an approved drop is used even when a newer one waits
newest_drops as (
    select
        inbound_flow_id,
        max_by(drop_id, landed_at) as newest_drop_id,
        max_by(drop_id, landed_at) filter (where holds_more_than_a_manifest) as newest_full_drop_id,
        max_by(drop_id, landed_at) filter (
            where list_contains({{ sql_list(var('approved_drops')) }}, inbound_flow_id || '/' || drop_id)
        ) as approved_drop_id
    from visible_drops
    group by inbound_flow_id
),

{% if earlier_activity is not none -%}
processed_drops as (
    select distinct
        activities.inbound_flow_id,
        activities.drop_id
    from {{ earlier_activity }} as activities
    inner join runs on activities.run_id = runs.run_id
    where starts_with(activities.status, 'completed') and starts_with(runs.status, 'completed')
),
{%- else -%}
processed_drops as (
    select
        cast(null as varchar) as inbound_flow_id,
        cast(null as varchar) as drop_id
    where false
),
{%- endif %}

chosen_drops as (
    select
        inbound_flows.inbound_flow_id,
        coalesce(newest_drops.approved_drop_id, newest_drops.newest_full_drop_id) as drop_id,
        newest_drops.approved_drop_id is not null as is_approved,
        case
            when inbound_flows.readiness_status <> 'ready'
                then 'The flow is not ready: its readiness_status is ' || inbound_flows.readiness_status || '.'
            when
                len({{ sql_list(var('flows')) }}) > 0
                and not list_contains({{ sql_list(var('flows')) }}, inbound_flows.inbound_flow_id)
                then 'The flow is not among the flows asked for.'
            when runs.run_at < inbound_flows.effective_at
                then 'The flow is outside its window: it opens at '
                    || strftime(inbound_flows.effective_at, '%Y-%m-%d %H:%M') || ' UTC.'
            when runs.run_at >= inbound_flows.expiration_at
                then 'The flow is outside its window: it expired at '
                    || strftime(inbound_flows.expiration_at, '%Y-%m-%d %H:%M') || ' UTC.'
            when newest_drops.newest_drop_id is null
                then 'No drop has landed for the flow.'
            when newest_drops.newest_full_drop_id is null
                then 'No drop with data has landed for the flow, only a manifest.'
            when
                newest_drops.approved_drop_id is null
                and newest_drops.newest_drop_id <> newest_drops.newest_full_drop_id
                and processed_drops.drop_id is not null
                then 'The newest drop, ' || newest_drops.newest_drop_id || ', says that nothing changed since '
                    || newest_drops.newest_full_drop_id || '.'
        end as skip_reason
    from inbound_flows
    inner join runs on runs.status = 'running'
    left join newest_drops on inbound_flows.inbound_flow_id = newest_drops.inbound_flow_id
    left join processed_drops
        on
            newest_drops.inbound_flow_id = processed_drops.inbound_flow_id
            and newest_drops.newest_full_drop_id = processed_drops.drop_id
),

final as (
    select
        inbound_flow_id,
        drop_id,
        skip_reason is null as is_due,
        skip_reason,
        is_approved
    from chosen_drops
)

select * from final
