{%- set inbound_files = ref('inbound_file') -%}
{%- set unopened_files = ref('unopened_file') -%}
{%- set irregular_files = [] -%}
{%- set small_files = [] -%}
{%- if execute and load_relation(inbound_files) is not none -%}
    {%- set read_files = "from " ~ inbound_files ~ " where list_contains("
        ~ sql_list(['manifest.csv'] + delivered_files()) ~ ", file_name)"
        ~ " and path not in (select unopened.path from " ~ unopened_files ~ " as unopened)" -%}
    {%- set files = [] -%}
    {%- set found = run_query("select inbound_flow_id, drop_id, file_name, path " ~ read_files ~ " order by path") -%}
    {%- for file in found.rows -%}
        {%- set first_line = run_query(
            "select len(" ~ csv_cells('line') ~ ") from (" ~ first_line_of(file.path) ~ ")"
        ).rows -%}
        {%- do files.append(dict(file.dict(), cells=(first_line[0][0] if first_line else none) or 1)) -%}
    {%- endfor -%}
    {%- if files -%}
        {#- DuckDB's table of what it could not read belongs to the connection and lives on in it -#}
        {%- do run_query("drop table if exists temp.unread_lines; drop table if exists temp.unread_line_scans") -%}
        {%- do run_query("create or replace temp table quick_scan as " ~ quick_scan(files)) -%}
        {%- set irregular_files = run_query(
            "select path from quick_scan where irregular_lines > 0 or physical_lines > filled_lines or filled_lines = 0"
            ~ " or path in (select file_path from unread_line_scans inner join unread_lines using (scan_id, file_id))"
        ).rows -%}
        {#- DuckDB reads past a byte order mark without a word; a whole large file is not loaded just to find one -#}
        {%- set small_files = run_query(
            "select filename from read_blob(" ~ sql_list(files | map(attribute='path')) ~ ")"
            ~ " where size < 64 * 1024 * 1024"
        ).rows -%}
    {%- endif -%}
{%- endif -%}

with quick_scans as (
    {% if files -%}
    select * from quick_scan
    {%- else -%}
    select
        cast(null as varchar) as inbound_flow_id,
        cast(null as varchar) as drop_id,
        cast(null as varchar) as file_name,
        cast(null as varchar) as path,
        cast(null as bigint) as physical_lines,
        cast(null as bigint) as filled_lines,
        cast(null as boolean) as has_nul,
        cast(null as bigint) as irregular_lines,
        cast(null as boolean) as has_blank_edges,
        cast(null as boolean) as is_plain
    where false
    {%- endif %}
),

careful_scans as (
    {% for file in irregular_files %}
    {{ careful_scan(file) }}
    union all
    {% endfor %}
    select
        cast(null as varchar) as path,
        cast(null as bigint) as filled_lines,
        cast(null as bigint) as header_line_number,
        cast(null as varchar) as header_line,
        cast(null as bigint) as first_blank_line,
        cast(null as bigint[]) as open_lines,
        cast(null as bigint[]) as odd_lines
    where false
),

first_lines as (
    {% for file in files or [] %}
    select
        '{{ file.path | replace("'", "''") }}' as path,
        line
    from ({{ first_line_of(file.path) }})
    union all
    {% endfor %}
    select
        cast(null as varchar) as path,
        cast(null as varchar) as line
    where false
),

unread_lines as (
    {% if files -%}
    select
        scans.file_path as path,
        list(distinct errors.line) filter (where errors.error_type = 'INVALID ENCODING') as bad_byte_lines,
        list(distinct errors.line) filter (where errors.error_type <> 'INVALID ENCODING') as too_long_lines
    from unread_lines as errors
    inner join unread_line_scans as scans on errors.scan_id = scans.scan_id and errors.file_id = scans.file_id
    group by scans.file_path
    {%- else -%}
    select
        cast(null as varchar) as path,
        cast(null as bigint[]) as bad_byte_lines,
        cast(null as bigint[]) as too_long_lines
    where false
    {%- endif %}
),

byte_order_marks as (
    {% for file in small_files %}
    select filename as path
    from read_blob('{{ file.filename | replace("'", "''") }}')
    where content[1:3] = '\xEF\xBB\xBF'::blob
    union all
    {% endfor %}
    select cast(null as varchar) as path
    where false
),

-- a file without a header begins with somebody's data, passwords included, which is not kept
header_lines as (
    select
        quick_scans.path,
        case when careful_scans.path is null then first_lines.line else careful_scans.header_line end as line
    from quick_scans
    left join careful_scans on quick_scans.path = careful_scans.path
    left join first_lines on quick_scans.path = first_lines.path
),

known_header_lines as (
    select *
    from header_lines
    where
        list_has_any(
            list_transform({{ csv_cells('line') }}, lambda header: lower({{ trimmed('header') }})),
            (select list(lower(known_columns.column_name)) from ({{ known_columns() }}) as known_columns)
        )
),

final as (
    select
        quick_scans.inbound_flow_id,
        quick_scans.drop_id,
        quick_scans.file_name,
        quick_scans.path,
        case when careful_scans.path is null then 1 else careful_scans.header_line_number end as header_line_number,
        known_header_lines.line as header_line,
        greatest(coalesce(careful_scans.filled_lines, quick_scans.filled_lines) - 1, 0)
        + coalesce(len(unread_lines.bad_byte_lines), 0) as data_lines,
        -- every line a whole record like the header, and no blank line but at the end
        quick_scans.irregular_lines = 0
        and unread_lines.path is null
        and coalesce(careful_scans.first_blank_line > quick_scans.filled_lines, careful_scans.path is null)
            as is_regular,
        quick_scans.has_blank_edges,
        quick_scans.is_plain,
        quick_scans.has_nul,
        careful_scans.open_lines,
        careful_scans.odd_lines,
        -- the last quote that opens has nothing after it that could close it, and closes nothing itself
        coalesce(
            careful_scans.open_lines[-1] = careful_scans.odd_lines[-1]
            and not list_contains(careful_scans.open_lines, coalesce(careful_scans.odd_lines[-2], 0)),
            false
        ) as has_unclosed_quote,
        byte_order_marks.path is not null as has_byte_order_mark,
        unread_lines.bad_byte_lines,
        unread_lines.too_long_lines
    from quick_scans
    left join careful_scans on quick_scans.path = careful_scans.path
    left join known_header_lines on quick_scans.path = known_header_lines.path
    left join unread_lines on quick_scans.path = unread_lines.path
    left join byte_order_marks on quick_scans.path = byte_order_marks.path
)

select * from final
