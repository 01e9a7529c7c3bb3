{%- do scan_files(ref('inbound_file'), ref('unopened_file'), earlier('landing', 'file_scan')) -%}

with inbound_files as (
    select * from {{ ref('inbound_file') }}
),

known_columns as (
    select * from {{ ref('oneroster_column') }}
    where kind <> 'unstored'
),

scanned as (
    {{ scanned_files() }}
),

-- a file without a header begins with somebody's data, passwords included, which is not kept
known_header_lines as (
    select
        path,
        header_line
    from scanned
    where
        list_has_any(
            list_transform({{ csv_cells('header_line') }}, lambda header: lower({{ trimmed('header') }})),
            (select list(lower(known_columns.column_name)) from known_columns)
        )
),

-- headers that are known once another separator takes them apart
other_separators as (
    select
        scanned.path,
        any_value(separators.name) as separator
    from scanned
    cross join (values (';', 'semicolons'), (chr(9), 'tabs'), ('|', 'bars')) as separators (sign, name)
    where
        len(list_intersect(
            list_transform(
                string_split(replace(lower(scanned.header_line), '"', ''), separators.sign), lambda header: trim(header)
            ),
            (select list(lower(known_columns.column_name)) from known_columns)
        )) > 1
    group by scanned.path
),

final as (
    select
        inbound_files.inbound_flow_id,
        inbound_files.drop_id,
        inbound_files.file_name,
        scanned.* replace (known_header_lines.header_line as header_line),
        other_separators.separator
    from inbound_files
    inner join scanned on inbound_files.path = scanned.path
    left join known_header_lines on scanned.path = known_header_lines.path
    left join other_separators on scanned.path = other_separators.path
)

select * from final
