with inbound_drops as (
    select * from {{ ref('inbound_drop') }}
),

landed_files as (
    select * from {{ ref('landed_file') }}
),

directory_files as (
    select * from {{ ref('inbound_file') }}
    where inbound_flow_id = 'directory'
),

runs as (
    select * from {{ ref('run') }}
),

closed_files as (
    select
        landed_files.*,
        case landed_files.folder when 'directory' then 'directory/' else '' end
        || landed_files.file_name as inbound_file_name
    from landed_files
    inner join runs on runs.status = 'running' and landed_files.landed_at <= runs.run_at
    where landed_files.closed_because is not null
),

final as (
    select
        closed_files.folder as inbound_flow_id,
        closed_files.drop_id,
        closed_files.inbound_file_name as file_name,
        cast(null as bigint) as line_number,
        cast(null as varchar) as column_name,
        cast(null as varchar) as value,
        'file_opens' as rule,
        'catastrophic' as severity,
        case when closed_files.file_name is null then 'the folder of the drop' else 'the file' end
        || ' cannot be opened (' || closed_files.closed_because
        || '), so the drop is refused. See that it is an ordinary file that '
        || 'whoever runs this may read, then run again.' as problem
    from closed_files
    left join inbound_drops
        on
            closed_files.folder = inbound_drops.inbound_flow_id
            and list_contains(inbound_drops.drops, closed_files.drop_id)
            and inbound_drops.is_due
    left join directory_files on closed_files.folder = directory_files.inbound_flow_id
    where
        (
            inbound_drops.inbound_flow_id is not null
            or (closed_files.folder = 'directory' and closed_files.drop_id >= coalesce(directory_files.drop_id, ''))
        )
        and (
            closed_files.file_name is null
            or list_contains(
                {{ sql_list((['manifest.csv'] + delivered_files()) | map('lower') | list) }},
                lower(closed_files.inbound_file_name)
            )
        )
)

select * from final
