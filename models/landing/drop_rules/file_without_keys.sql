with inbound_files as (
    select * from {{ ref('inbound_file') }}
    where is_read and not has_keys
),

header_columns as (
    select * from {{ ref('header_column') }}
),

key_columns as (
    select
        'oneRoster' as file_format,
        unnest(['demographics.csv', 'userProfiles.csv']) as file_name,
        'sourcedId' as column_name
    union all
    select
        'schoolDataSyncV21' as file_format,
        file_name,
        column_name
    from {{ ref('school_data_sync_column') }}
    where is_required = 'yes'
),

final as (
    select
        inbound_files.inbound_flow_id,
        inbound_files.drop_id,
        inbound_files.file_name,
        inbound_files.header_line_number as line_number,
        key_columns.column_name,
        cast(null as varchar) as value,
        'key_column' as rule,
        'warning' as severity,
        'the column is missing, without which no record of the file can be told from another. The file counts as not '
        || 'received, and its records stay as they are. Export it again with this column in its header.' as problem
    from inbound_files
    inner join key_columns
        on
            {{ file_format('inbound_files.oneroster_version') }} = key_columns.file_format
            and inbound_files.file_name = key_columns.file_name
    anti join header_columns
        on
            inbound_files.inbound_flow_id = header_columns.inbound_flow_id
            and inbound_files.drop_id = header_columns.drop_id
            and inbound_files.file_name = header_columns.file_name
            and key_columns.column_name = header_columns.column_name
)

select * from final
