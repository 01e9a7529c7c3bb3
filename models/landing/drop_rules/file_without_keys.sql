with file_scans as (
    select * from {{ ref('file_scan') }}
),

read_files as (
    select * from {{ ref('read_file') }}
),

final as (
    select
        file_scans.inbound_flow_id,
        file_scans.file_name,
        file_scans.header_line_number as line_number,
        'sourcedId' as column_name,
        cast(null as varchar) as value,
        'key_column' as rule,
        'warning' as severity,
        'the column is missing, without which no record of the file can be told from another. The file counts as not '
        || 'received, and its records stay as they are. Export it again with this column in its header.' as problem
    from file_scans
    inner join read_files
        on file_scans.inbound_flow_id = read_files.inbound_flow_id and file_scans.file_name = read_files.file_name
    where not read_files.has_keys
)

select * from final
