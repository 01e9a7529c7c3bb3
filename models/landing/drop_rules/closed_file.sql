with inbound_drops as (
    select * from {{ ref('inbound_drop') }}
),

unopened_files as (
    select * from {{ ref('unopened_file') }}
),

directory_drops as (
    select * from {{ ref('directory_drop') }}
),

runs as (
    select * from {{ ref('run') }}
),

final as (
    select
        unopened_files.folder as inbound_flow_id,
        case unopened_files.folder when 'directory' then 'directory/' else '' end
        || unopened_files.file_name as file_name,
        cast(null as bigint) as line_number,
        cast(null as varchar) as column_name,
        cast(null as varchar) as value,
        'file_opens' as rule,
        'catastrophic' as severity,
        case when unopened_files.file_name is null then 'the folder of the drop' else 'the file' end
        || ' cannot be opened (' || unopened_files.reason
        || '), so the drop is refused. See that it is an ordinary file that '
        || 'whoever runs this may read, then run again.' as problem
    from unopened_files
    inner join runs
        on runs.status = 'running' and try_strptime(unopened_files.drop_id, '%Y%m%dT%H%M%SZ') <= runs.run_at
    left join inbound_drops
        on
            unopened_files.folder = inbound_drops.inbound_flow_id
            and unopened_files.drop_id = inbound_drops.drop_id
            and inbound_drops.is_due
    left join directory_drops on unopened_files.folder = directory_drops.inbound_flow_id
    where
        (
            inbound_drops.inbound_flow_id is not null
            or (unopened_files.folder = 'directory' and unopened_files.drop_id >= coalesce(directory_drops.drop_id, ''))
        )
        and (
            unopened_files.file_name is null
            or list_contains(
                {{ sql_list((['manifest.csv'] + delivered_files()) | map('lower') | list) }},
                lower(
                    case unopened_files.folder when 'directory' then 'directory/' else '' end || unopened_files.file_name
                )
            )
        )
)

select * from final
