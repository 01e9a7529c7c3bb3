{%- do scan_files() -%}

with used_files as (
    {{ used_files() }}
),

known_columns as (
    select * from {{ ref('oneroster_column') }}
    where kind <> 'unstored'
),

scanned as (
    {{ scanned_files() }}
),

headers as (
    select
        path,
        header_line,
        {{ csv_cells('header_line') }} as cells,
        list_transform({{ csv_cells('header_line') }}, lambda header: lower({{ trimmed('header') }})) as names
    from scanned
),

-- a file without a header begins with somebody's data, passwords included, which is not kept
known_headers as (
    select
        path,
        header_line,
        case when {{ is_complete_line('header_line') }} then cells else [] end as cells,
        case
            when {{ is_complete_line('header_line') }} then {{ csv_cells(without_last_commas('header_line')) }} else []
        end as filled_cells,
        case when {{ is_complete_line('header_line') }} then names else [] end as names
    from headers
    where list_has_any(names, (select list(lower(known_columns.column_name)) from known_columns))
),

-- headers that are known once another separator takes them apart
other_separators as (
    select
        path,
        any_value(separator) as separator
    from (
        select
            scanned.path,
            separators.separator,
            string_split(regexp_replace(lower(scanned.header_line), '[" ]', '', 'g'), separators.sign) as names
        from scanned
        cross join (values (';', 'semicolons'), (chr(9), 'tabs'), ('|', 'bars')) as separators (sign, separator)
    ) as separated
    where len(list_intersect(names, (select list(lower(known_columns.column_name)) from known_columns))) > 1
    group by path
),

drop_versions as (
    select
        used_files.inbound_flow_id,
        case
            when
                bool_or(
                    used_files.file_name = 'users.csv'
                    and list_has_all(known_headers.names, ['role', 'orgsourcedids'])
                )
                then '1.1'
            when bool_or(used_files.file_name = 'roles.csv') then '1.2'
        end as oneroster_version
    from used_files
    left join known_headers on used_files.path = known_headers.path
    group by used_files.inbound_flow_id
),

final as (
    select
        used_files.inbound_flow_id,
        used_files.drop_id,
        drop_versions.oneroster_version,
        used_files.file_name,
        used_files.path,
        scanned.fingerprint,
        scanned.encoding,
        scanned.header_line_number,
        known_headers.header_line,
        coalesce(scanned.separator, other_separators.separator) as separator,
        -- blank ones at the end name no column
        coalesce(len(known_headers.filled_cells), 0) as header_cells,
        coalesce(len(known_headers.cells), 0) as header_width,
        scanned.data_lines,
        coalesce(scanned.is_regular, false) as is_regular,
        scanned.has_blank_edges,
        scanned.has_nul,
        scanned.is_utf_16,
        scanned.open_lines,
        coalesce(len(scanned.open_lines), 0) > 0 as has_open_lines,
        scanned.odd_lines,
        scanned.has_unclosed_quote,
        scanned.bad_byte_lines,
        coalesce(len(scanned.bad_byte_lines), 0) > 0 as has_bad_bytes,
        scanned.too_long_lines,
        -- of a file that may be missing, too, this is no reason to refuse the drop
        coalesce(
            used_files.file_name not in ('demographics.csv', 'userProfiles.csv')
            or len(known_headers.cells) = 0
            or list_contains(known_headers.names, 'sourcedid'),
            true
        ) as has_keys,
        scanned.path is not null
        and used_files.file_name <> 'manifest.csv'
        and not (
            coalesce(drop_versions.oneroster_version, '') = '1.1'
            and used_files.file_name in ('roles.csv', 'userProfiles.csv')
        ) as is_read
    from used_files
    inner join drop_versions on used_files.inbound_flow_id = drop_versions.inbound_flow_id
    left join scanned on used_files.path = scanned.path
    left join known_headers on used_files.path = known_headers.path
    left join other_separators on used_files.path = other_separators.path
)

select * from final
