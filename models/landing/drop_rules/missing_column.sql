with read_files as (
    select * from {{ ref('inbound_file') }}
    where is_read
),

header_columns as (
    select * from {{ ref('header_column') }}
),

-- a column whose blanks cost the record must be there
needed_columns as (
    select
        rules.file_format,
        rules.file_name,
        rules.column_name,
        columns.oneroster_version
    from {{ ref('rule_in_force') }} as rules
    inner join {{ ref('oneroster_column') }} as columns
        on rules.file_name = columns.file_name and rules.landed_as = columns.column_name
    where rules.rule = 'required' and rules.effect = 'record_left_out'
),

final as (
    select distinct
        read_files.inbound_flow_id,
        read_files.drop_id,
        read_files.file_name,
        read_files.header_line_number as line_number,
        case when read_files.header_cells > 0 then needed_columns.column_name end as column_name,
        cast(null as varchar) as value,
        'required_column' as rule,
        'catastrophic' as severity,
        case
            when read_files.header_cells > 0
                then 'the required column is missing. Export the file again with this column in its header.'
            when read_files.header_line_number is null then 'the file is empty. Export it again.'
            else 'the first line names no column of the file. Export it again with a header.'
        end as problem
    from read_files
    inner join needed_columns
        on
            {{ file_format('read_files.oneroster_version') }} = needed_columns.file_format
            and read_files.file_name = needed_columns.file_name
            and coalesce(read_files.oneroster_version = needed_columns.oneroster_version, true)
    left join header_columns
        on
            read_files.inbound_flow_id = header_columns.inbound_flow_id
            and read_files.drop_id = header_columns.drop_id
            and read_files.file_name = header_columns.file_name
            and needed_columns.column_name = header_columns.column_name
    where header_columns.column_name is null and read_files.has_keys
)

select * from final
