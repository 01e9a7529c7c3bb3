with inbound_files as (
    select * from {{ ref('inbound_file') }}
),

final as (
    select
        inbound_flow_id,
        file_name,
        header_line_number as line_number,
        'sourcedId' as column_name,
        cast(null as varchar) as value,
        'key_column' as rule,
        'warning' as severity,
        'the column is missing, without which no record of the file can be told from another. The file counts as not '
        || 'received, and its records stay as they are. Export it again with this column in its header.' as problem
    from inbound_files
    where is_read and not has_keys
)

select * from final
