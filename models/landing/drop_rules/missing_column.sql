with read_files as (
    select * from {{ ref('inbound_file') }}
    where is_read
),

header_columns as (
    select * from {{ ref('header_column') }}
),

needed_columns as (
    select
        file_name,
        column_name
    from {{ ref('rule_in_force') }}
    where rule = 'required' and effect = 'record_left_out'
),

known_columns as (
    select
        columns.*,
        needed_columns.column_name is not null as is_needed
    from {{ ref('oneroster_column') }} as columns
    left join needed_columns
        on columns.file_name = needed_columns.file_name and columns.column_name = needed_columns.column_name
    where columns.kind <> 'unstored'
),

final as (
    select distinct
        read_files.inbound_flow_id,
        read_files.file_name,
        read_files.header_line_number as line_number,
        case when read_files.header_cells > 0 then known_columns.column_name end as column_name,
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
    inner join known_columns
        on
            read_files.file_name = known_columns.file_name
            and known_columns.is_needed
            and coalesce(read_files.oneroster_version = known_columns.oneroster_version, true)
    left join header_columns
        on
            read_files.inbound_flow_id = header_columns.inbound_flow_id
            and read_files.file_name = header_columns.file_name
            and known_columns.column_name = header_columns.column_name
    where header_columns.column_name is null and read_files.has_keys
)

select * from final
