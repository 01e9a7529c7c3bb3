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
        read_files.header_line_number as line_number,
        coalesce(header_columns.trimmed_header, '(column ' || header_columns.position || ')') as column_name,
        header_columns.header as value,
        'known_header' as rule,
        'notice' as severity,
        case
            when header_columns.trimmed_header is null then 'the header is blank'
            when header_columns.is_password then 'this looks like a column of passwords'
            when header_columns.column_name is not null
                then 'this is a column of OneRoster ' || header_columns.oneroster_version || ', not of '
                    || read_files.oneroster_version
            when read_files.oneroster_version = 'schoolDataSyncV21'
                then 'this is no column of the School Data Sync file'
            else 'this is no column of the OneRoster file'
        end || '. Its values are ignored.' as problem
    from header_columns
    inner join read_files
        on
            header_columns.inbound_flow_id = read_files.inbound_flow_id
            and header_columns.drop_id = read_files.drop_id
            and header_columns.file_name = read_files.file_name
    where
        not header_columns.is_metadata
        and not header_columns.is_unstored
        and (
            header_columns.column_name is null
            or header_columns.oneroster_version <> read_files.oneroster_version
        )
)

select * from final
