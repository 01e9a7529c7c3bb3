{#-
    Reads the lines of every file of this run once, into the temporary table `scanned_file`; what an earlier run said of
    the same bytes holds. One statement a file: a statement over all files of a hundred flows takes DuckDB minutes to plan.
-#}
{% macro scan_files() %}
    {%- set selection = used_files() -%}
    {%- set earlier_scans = earlier_relation('landing', 'inbound_file') -%}
    {%- if flags.WHICH not in ('build', 'run') or load_relation(ref('inbound_drop')) is none -%}{%- do return(none) -%}{%- endif -%}
    {#- DuckDB's tables of what it could not read belong to the connection, and live on in it -#}
    {%- do run_query(
        "drop table if exists temp.unread_lines; drop table if exists temp.unread_line_scans;"
        ~ "create or replace temp table scanned_file as " ~ empty_scan()
    ) -%}
    {%- set files = run_query(
        "select path from (" ~ selection ~ ") where closed_because is null and list_contains("
        ~ sql_list(['manifest.csv'] + delivered_files()) ~ ", file_name) order by path"
    ).columns[0].values() | list -%}
    {%- if not files -%}{%- do return(none) -%}{%- endif -%}
    {%- do run_query(
        "create or replace temp table bytes as select filename as path, size, last_modified, md5(concat_ws(' ', size, last_modified)) as fingerprint"
        ~ " from read_blob(" ~ sql_list(files) ~ ")"
    ) -%}
    {%- if earlier_scans is not none and is_like_a_scan(earlier_scans) -%}
        {%- do run_query(
            "insert into scanned_file by name select earlier." ~ run_query(empty_scan()).column_names | join(', earlier.') ~ " from "
            ~ earlier_scans ~ " as earlier inner join bytes on earlier.path = bytes.path and earlier.fingerprint = bytes.fingerprint"
        ) -%}
    {%- endif -%}
    {%- set new_files = run_query(
        "select path, size, fingerprint from bytes where path not in (select scanned_file.path from scanned_file) order by path"
    ).rows -%}
    {%- for file in new_files -%}
        {%- do scan_file(file) -%}
    {%- endfor -%}
{% endmacro %}

{#- Whether a table of scans, which an earlier version of the project may have written, has the columns of today's. -#}
{% macro is_like_a_scan(relation) %}
    {%- set there = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
    {%- set wanted = run_query(empty_scan()).column_names | list -%}
    {% do return(wanted | reject('in', there) | list | length == 0) %}
{% endmacro %}

{#- Reads one file, again when it is in Windows-1252, and again in order when not every line of it is a whole record. -#}
{% macro scan_file(file) %}
    {%- set first_line = run_query("select len(" ~ csv_cells('line') ~ "), line from (" ~ first_line_of(file.path) ~ ")").rows -%}
    {%- set cells = (first_line[0][0] if first_line else none) or 1 -%}
    {%- do run_query("create or replace temp table quick_scan as " ~ quick_scan(file.path, cells, 'utf-8')) -%}
    {%- set encoding = 'windows-1252' if is_windows_1252(file.path) else 'utf-8' -%}
    {%- if encoding == 'windows-1252' -%}
        {%- do run_query("create or replace temp table quick_scan as " ~ quick_scan(file.path, cells, encoding)) -%}
    {%- endif -%}
    {%- set is_irregular = run_query(
        "select 1 from quick_scan where irregular_lines > 0 or physical_lines > filled_lines or filled_lines = 0"
        ~ " or path in (select file_path from unread_line_scans inner join unread_lines using (scan_id, file_id))"
    ).rows | length > 0 -%}
    {%- do run_query(
        "insert into scanned_file by name with first_lines as (" ~ first_line_of(file.path) ~ "),"
        ~ "careful_scans as (" ~ (careful_scan(file.path, encoding) if is_irregular else "select null where false") ~ "),"
        ~ scan_of(file, is_irregular, encoding)
    ) -%}
{% endmacro %}

{#-
    Whether a file that is not UTF-8 is in Windows-1252, by what quick_scan found: each of its bytes stands for a character,
    and no line of it is UTF-8 beyond ASCII.
-#}
{% macro is_windows_1252(path) %}
    {%- set bad_lines = run_query(
        "select 1 from unread_line_scans inner join unread_lines using (scan_id, file_id) cross join quick_scan"
        ~ " where file_path = '" ~ quoted(path) ~ "' and error_type = 'INVALID ENCODING' and not has_nul limit 1"
    ).rows -%}
    {#- a file is read whole, for its bytes, only when nothing else speaks against it -#}
    {%- if not bad_lines or run_query("select 1 from " ~ raw_lines(path) ~ " where strlen(line) <> length(line) limit 1").rows -%}
        {%- do return(false) -%}
    {%- endif -%}
    {%- do return(run_query(
        "select 1 from read_blob('" ~ quoted(path) ~ "') where not regexp_matches(cast(content as varchar), '\\\\x(00|81|8D|8F|90|9D)')"
    ).rows | length > 0) -%}
{% endmacro %}

{#- The row of a file, from its scans. -#}
{% macro scan_of(file, is_irregular, encoding) -%}
    unread as (
        select
            list(distinct errors.line) filter (where errors.error_type = 'INVALID ENCODING') as bad_byte_lines,
            list(distinct errors.line) filter (where errors.error_type <> 'INVALID ENCODING') as too_long_lines,
            count(*) > 0 as has_unread_lines
        from unread_lines as errors
        inner join unread_line_scans as scans on errors.scan_id = scans.scan_id and errors.file_id = scans.file_id
        where scans.file_path = '{{ quoted(file.path) }}'{{ ' and false' if encoding != 'utf-8' }}
    )

    select
        '{{ quoted(file.path) }}' as path,
        '{{ file.fingerprint }}' as fingerprint,
        '{{ encoding }}' as encoding,
        {%- if is_irregular %}
        careful_scans.header_line_number,
        careful_scans.header_line,
        greatest(careful_scans.filled_lines - 1, 0) + coalesce(len(unread.bad_byte_lines), 0) as data_lines,
        -- every line a whole record like the header, and no blank line but at the end
        quick_scan.irregular_lines = 0
        and not unread.has_unread_lines
        and coalesce(careful_scans.first_blank_line > quick_scan.filled_lines, false) as is_regular,
        careful_scans.open_lines,
        careful_scans.odd_lines,
        -- the last quote that opens has nothing after it that could close it, and closes nothing itself
        coalesce(
            careful_scans.open_lines[-1] = careful_scans.odd_lines[-1]
            and not list_contains(careful_scans.open_lines, coalesce(careful_scans.odd_lines[-2], 0)),
            false
        ) as has_unclosed_quote,
        {%- else %}
        1 as header_line_number,
        (select first_lines.line from first_lines) as header_line,
        greatest(quick_scan.filled_lines - 1, 0) as data_lines,
        true as is_regular,
        false as has_unclosed_quote,
        {%- endif %}
        quick_scan.has_blank_edges,
        quick_scan.has_nul,
        quick_scan.is_utf_16,
        unread.bad_byte_lines,
        unread.too_long_lines
    from quick_scan
    cross join unread
    {%- if is_irregular %}
    cross join careful_scans
    {%- endif %}
{%- endmacro %}

{#- What a scan tells of a file; no rows. -#}
{% macro empty_scan() -%}
    select unnest(cast([] as struct(
        path varchar, fingerprint varchar, encoding varchar, header_line_number bigint, header_line varchar, data_lines bigint,
        is_regular boolean, has_blank_edges boolean, has_nul boolean, open_lines bigint[], odd_lines bigint[],
        has_unclosed_quote boolean, separator varchar, is_utf_16 boolean, bad_byte_lines bigint[], too_long_lines bigint[]
    )[]), recursive := true)
{%- endmacro %}

{#- The scanned files, for the model that asked for them. -#}
{% macro scanned_files() -%}
    {%- if flags.WHICH in ('build', 'run') and load_relation(ref('inbound_drop')) is not none -%}
    select * from scanned_file
    {%- else -%}
    {{ empty_scan() }}
    {%- endif -%}
{%- endmacro %}
