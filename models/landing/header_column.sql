with inbound_files as (
    select * from {{ ref('inbound_file') }}
),

known_columns as (
    select * from {{ ref('oneroster_column') }}
    where kind <> 'unstored'
),

unstored_columns as (
    select list(distinct lower(column_name)) as names
    from {{ ref('oneroster_column') }}
    where kind = 'unstored'
),

-- a column whose blanks cost the record must be there
required_columns as (
    select
        file_name,
        column_name
    from {{ ref('rule_in_force') }}
    where rule = 'required' and effect = 'record_left_out'
),

headers as (
    select
        inbound_flow_id,
        drop_id,
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
        known_columns.oneroster_version,
        required_columns.column_name is not null as is_required,
        coalesce({{ looks_like_password('trimmed_headers.trimmed_header') }}, false) as is_password,
        coalesce(trimmed_headers.trimmed_header ilike 'metadata.%' and not is_password, false) as is_metadata,
        coalesce(
            list_contains(unstored_columns.names, lower(trimmed_headers.trimmed_header)),
            false
        ) as is_unstored
    from trimmed_headers
    left join known_columns
        on
            trimmed_headers.file_name = known_columns.file_name
            and lower(trimmed_headers.trimmed_header) in (
                lower(known_columns.column_name), lower(known_columns.other_name)
            )
    left join required_columns
        on
            known_columns.file_name = required_columns.file_name
            and known_columns.column_name = required_columns.column_name
    cross join unstored_columns
)

select * from final
