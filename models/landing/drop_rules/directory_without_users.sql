with runs as (
    select * from {{ ref('run') }}
),

landed_files as (
    select * from {{ ref('landed_file') }}
),

final as (
    select
        'directory' as inbound_flow_id,
        cast(null as varchar) as drop_id,
        '{{ directory_file() }}' as file_name,
        cast(null as bigint) as line_number,
        cast(null as varchar) as column_name,
        cast(null as varchar) as value,
        'required_file' as rule,
        'warning' as severity,
        'the newest drop of the directory, ' || max_by(landed_files.drop_id, landed_files.landed_at)
        || ', has no such file, so that an earlier one counts, if there is one. '
        || 'Export it again with this file in it.' as problem
    from landed_files
    inner join runs on runs.status = 'running' and landed_files.landed_at <= runs.run_at
    where landed_files.folder = 'directory' and landed_files.file_name is not null
    having
        max(landed_files.landed_at)
        > coalesce(
            max(landed_files.landed_at) filter (where landed_files.file_name = 'users.csv'), timestamp '-infinity'
        )
)

select * from final
