with read_files as (
    select * from {{ ref('inbound_file') }}
    where is_read
),

header_columns as (
    select * from {{ ref('header_column') }}
),

final as (
    select
        header_columns.inbound_flow_id,
        header_columns.drop_id,
        header_columns.file_name,
        any_value(read_files.header_line_number) as line_number,
        min(header_columns.trimmed_header) as column_name,
        cast(null as varchar) as value,
        'column_once' as rule,
        'catastrophic' as severity,
        'the column is in the header ' || count(*)
        || ' times, so that its values cannot be told apart. Export the file again with the column once.' as problem
    from header_columns
    inner join read_files
        on
            header_columns.inbound_flow_id = read_files.inbound_flow_id
            and header_columns.drop_id = read_files.drop_id
            and header_columns.file_name = read_files.file_name
    where header_columns.trimmed_header is not null
    group by
        header_columns.inbound_flow_id,
        header_columns.drop_id,
        header_columns.file_name,
        lower(coalesce(header_columns.column_name, header_columns.trimmed_header))
    having count(*) > 1
)

select * from final
