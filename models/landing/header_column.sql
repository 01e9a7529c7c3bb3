with inbound_files as (
    select * from {{ ref('inbound_file') }}
),

known_columns as (
    select
        'oneRoster' as file_format,
        oneroster_version,
        file_name,
        column_name,
        other_name,
        column_name as landed_as
    from {{ ref('oneroster_column') }}
    where kind <> 'unstored' and oneroster_version is distinct from 'schoolDataSyncV21'
    union all
    select
        'schoolDataSyncV21' as file_format,
        'schoolDataSyncV21' as oneroster_version,
        file_name,
        column_name,
        null as other_name,
        landed_as
    from {{ ref('school_data_sync_column') }}
    where landed_as is not null
),

unstored_columns as (
    select list(distinct lower(column_name)) as names
    from {{ ref('oneroster_column') }}
    where kind = 'unstored'
),

headers as (
    select
        inbound_flow_id,
        drop_id,
        {{ file_format('oneroster_version') }} as file_format,
        file_name,
        unnest({{ csv_cells(without_last_commas('header_line')) }}) as header,
        generate_subscripts({{ csv_cells(without_last_commas('header_line')) }}, 1) as position
    from inbound_files
    where file_name <> 'manifest.csv' and {{ is_complete_line('header_line') }}
),

trimmed_headers as (
    select
        *,
        {{ trimmed('header') }} as trimmed_header
    from headers
),

final as (
    select
        trimmed_headers.inbound_flow_id,
        trimmed_headers.drop_id,
        trimmed_headers.file_name,
        trimmed_headers.position,
        trimmed_headers.header,
        trimmed_headers.trimmed_header,
        known_columns.column_name,
        known_columns.landed_as,
        known_columns.oneroster_version,
        coalesce({{ looks_like_password('trimmed_headers.trimmed_header') }}, false) as is_password,
        coalesce(trimmed_headers.trimmed_header ilike 'metadata.%' and not is_password, false) as is_metadata,
        coalesce(
            list_contains(unstored_columns.names, lower(trimmed_headers.trimmed_header)),
            false
        ) as is_unstored
    from trimmed_headers
    left join known_columns
        on
            trimmed_headers.file_format = known_columns.file_format
            and trimmed_headers.file_name = known_columns.file_name
            and lower(trimmed_headers.trimmed_header) in (
                lower(known_columns.column_name), lower(known_columns.other_name)
            )
    cross join unstored_columns
)

select * from final
