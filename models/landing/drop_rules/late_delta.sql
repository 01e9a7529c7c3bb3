with inbound_drops as (
    select * from {{ ref('inbound_drop') }}
),

runs as (
    select * from {{ ref('run') }}
),

used_drops as (
    select
        inbound_flow_id,
        unnest(drops) as drop_id
    from {{ ref('earlier_activity') }}
    union all
    select
        inbound_flow_id,
        unnest(drops) as drop_id
    from inbound_drops
    where is_due
),

landed_drops as (
    select
        landed_files.folder as inbound_flow_id,
        landed_files.drop_id,
        coalesce(bool_or(landed_files.announced_as = 'delta'), false) as has_deltas
    from {{ ref('landed_file') }} as landed_files
    inner join runs on runs.status = 'running' and landed_files.landed_at <= runs.run_at
    group by landed_files.folder, landed_files.drop_id
),

-- since the newest complete export that was used: what came before it does not matter any more
newest_used_drops as (
    select
        used_drops.inbound_flow_id,
        max(used_drops.drop_id) as drop_id,
        max(used_drops.drop_id) filter (where not landed_drops.has_deltas) as complete_drop_id
    from used_drops
    left join landed_drops
        on used_drops.inbound_flow_id = landed_drops.inbound_flow_id and used_drops.drop_id = landed_drops.drop_id
    group by used_drops.inbound_flow_id
),

final as (
    select
        landed_drops.inbound_flow_id,
        landed_drops.drop_id,
        'manifest.csv' as file_name,
        cast(null as bigint) as line_number,
        cast(null as varchar) as column_name,
        cast(null as varchar) as value,
        'late_delta' as rule,
        'warning' as severity,
        'the drop tells changes, and arrived after ' || newest_used_drops.drop_id || ' had been used, so it was passed '
        || 'over. Send a complete, bulk export: then nothing is missing.' as problem
    from landed_drops
    inner join inbound_drops on landed_drops.inbound_flow_id = inbound_drops.inbound_flow_id and inbound_drops.is_due
    inner join newest_used_drops on landed_drops.inbound_flow_id = newest_used_drops.inbound_flow_id
    anti join used_drops
        on landed_drops.inbound_flow_id = used_drops.inbound_flow_id and landed_drops.drop_id = used_drops.drop_id
    where
        landed_drops.has_deltas
        and landed_drops.drop_id between newest_used_drops.complete_drop_id and newest_used_drops.drop_id
)

select * from final
