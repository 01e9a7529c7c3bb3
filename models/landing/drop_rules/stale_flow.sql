with inbound_drops as (
    select * from {{ ref('inbound_drop') }}
),

inbound_flows as (
    select * from {{ ref('inbound_flow') }}
),

runs as (
    select * from {{ ref('run') }}
),

final as (
    select
        inbound_drops.inbound_flow_id,
        cast(null as varchar) as drop_id,
        cast(null as varchar) as file_name,
        cast(null as bigint) as line_number,
        cast(null as varchar) as column_name,
        cast(null as varchar) as value,
        'stale' as rule,
        'warning' as severity,
        regexp_replace(
            case
                when inbound_drops.newest_landed_at is null then 'no drop of the flow lies in the landing zone'
                when not inbound_drops.has_landed then 'no drop with data has ever landed for the flow'
                else 'the newest drop of the flow arrived on '
                    || strftime(inbound_drops.newest_landed_at, '%Y-%m-%d %H:%M') || ' UTC, '
                    || date_sub('day', inbound_drops.newest_landed_at, runs.run_at) || ' days before this run'
            end
            || '; one is expected every ' || inbound_flows.expected_every_days
            || ' days (expected_every_days of the flow). '
            || 'What history holds of it stays. See whether the export still runs and reaches the landing zone.',
            '\b1 days', '1 day', 'g'
        ) as problem
    from inbound_drops
    inner join inbound_flows on inbound_drops.inbound_flow_id = inbound_flows.inbound_flow_id
    inner join runs on runs.status = 'running'
    where
        inbound_drops.is_expected
        and (
            not inbound_drops.has_landed
            or inbound_drops.newest_landed_at is null
            or inbound_drops.newest_landed_at + to_days(inbound_flows.expected_every_days) < runs.run_at
        )
)

select * from final
