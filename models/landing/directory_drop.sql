with runs as (
    select * from {{ ref('run') }}
),

landed_files as (
    select * from {{ ref('landed_file') }}
),

final as (
    select
        landed_files.folder as inbound_flow_id,
        landed_files.drop_id,
        '{{ directory_file() }}' as file_name,
        landed_files.path
    from landed_files
    inner join runs on runs.status = 'running' and landed_files.landed_at <= runs.run_at
    where landed_files.folder = 'directory' and landed_files.file_name = 'users.csv'
    qualify row_number() over (order by landed_files.landed_at desc) = 1
)

select * from final
