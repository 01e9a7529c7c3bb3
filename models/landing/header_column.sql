with file_scans as (
    select * from {{ ref('file_scan') }}
),

known_columns as (
    {{ known_columns() }}
),

headers as (
    select
        inbound_flow_id,
        drop_id,
        file_name,
        unnest({{ csv_cells('header_line') }}) as header,
        generate_subscripts({{ csv_cells('header_line') }}, 1) as position
    from file_scans
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
        known_columns.oneroster_version,
        coalesce(known_columns.is_required, false) as is_required,
        coalesce({{ looks_like_password('trimmed_headers.trimmed_header') }}, false) as is_password,
        coalesce(trimmed_headers.trimmed_header ilike 'metadata.%' and not is_password, false) as is_metadata,
        coalesce(
            list_contains({{ sql_list(unstored_columns() | map('lower')) }}, lower(trimmed_headers.trimmed_header)),
            false
        ) as is_unstored
    from trimmed_headers
    left join known_columns
        on
            trimmed_headers.file_name = known_columns.file_name
            and lower(trimmed_headers.trimmed_header) in (
                lower(known_columns.column_name), lower(known_columns.other_name)
            )
)

select * from final
