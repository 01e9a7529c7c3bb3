with read_files as (
    select * from {{ ref('inbound_file') }}
    where is_read
),

header_columns as (
    select * from {{ ref('header_column') }}
),

final as (
    select
        read_files.inbound_flow_id,
        read_files.drop_id,
        read_files.file_name,
        any_value(read_files.header_line_number) as line_number,
        cast(null as varchar) as column_name,
        cast(null as varchar) as value,
        'header_spelling' as rule,
        'notice' as severity,
        'headers are written in another way: '
        || string_agg('"' || header_columns.header || '"', ', ' order by header_columns.position)
        || '. They are understood; have them written as '
        || string_agg(header_columns.column_name, ', ' order by header_columns.position) || ' at the source.' as problem
    from header_columns
    inner join read_files
        on
            header_columns.inbound_flow_id = read_files.inbound_flow_id
            and header_columns.drop_id = read_files.drop_id
            and header_columns.file_name = read_files.file_name
            and coalesce(header_columns.oneroster_version = read_files.oneroster_version, true)
    where header_columns.header <> header_columns.column_name
    group by read_files.inbound_flow_id, read_files.drop_id, read_files.file_name
)

select * from final
