with inbound_flows as (
    select * from {{ ref('inbound_flow') }}
),

landed_files as (
    select * from {{ ref('landed_file') }}
),

runs as (
    select * from {{ ref('run') }}
),

final as (
    select distinct
        landed_files.folder as inbound_flow_id,
        cast(null as varchar) as drop_id,
        cast(null as varchar) as file_name,
        cast(null as bigint) as line_number,
        cast(null as varchar) as column_name,
        cast(null as varchar) as value,
        'known_flow' as rule,
        'notice' as severity,
        'the folder ' || landed_files.folder || ' of the landing zone is no configured inbound flow, so nothing in it '
        || 'is read. Add the flow to the seeds, or take the folder out.' as problem
    from landed_files
    inner join runs on runs.status = 'running' and landed_files.landed_at <= runs.run_at
    left join inbound_flows on landed_files.folder = inbound_flows.inbound_flow_id
    where inbound_flows.inbound_flow_id is null and landed_files.folder <> 'directory'
)

select * from final
