{#-
    Copies what DuckDB could not read as text into landing.file_scan: its reject tables are temporary, belong to the
    connection, and exist only when a file was read.
-#}
{% macro note_unread_lines() %}
    {% if execute and run_query(
        "select 1 from duckdb_tables() where temporary and table_name = 'unread_lines'"
    ).rows | length > 0 %}
        update {{ this }} as scans
        set
            bad_byte_lines = unread.bad_byte_lines,
            too_long_lines = unread.too_long_lines,
            data_lines = scans.data_lines + len(coalesce(unread.bad_byte_lines, []))
        from (
            select
                files.file_path,
                list(distinct errors.line) filter (where errors.error_type = 'INVALID ENCODING') as bad_byte_lines,
                list(distinct errors.line) filter (where errors.error_type <> 'INVALID ENCODING') as too_long_lines
            from unread_lines as errors
            inner join unread_line_scans as files
                on errors.scan_id = files.scan_id and errors.file_id = files.file_id
            group by files.file_path
        ) as unread
        where scans.path = unread.file_path
    {% endif %}
{% endmacro %}
