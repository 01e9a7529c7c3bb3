{{ config(
    pre_hook="drop table if exists temp.unread_lines; drop table if exists temp.unread_line_scans",
    post_hook="{{ note_unread_lines() }}"
) }}

{%- set inbound_files = ref('inbound_file') -%}
{%- set files = [] -%}
{%- if execute and load_relation(inbound_files) is not none -%}
    {%- set files = run_query(
        "select files.inbound_flow_id, files.drop_id, files.file_name, files.path from " ~ inbound_files ~ " as files"
        ~ " where list_contains(" ~ sql_list(['manifest.csv'] + delivered_files()) ~ ", file_name)"
        ~ " order by inbound_flow_id, file_name"
    ).rows -%}
{%- endif -%}
{#- DuckDB reads past a byte order mark without a word; a whole large file is not loaded just to find one. -#}
{%- set small_files = [] -%}
{%- if files -%}
    {%- set small_files = run_query(
        "select filename from read_blob(" ~ sql_list(files | map(attribute='path')) ~ ") where size < 64 * 1024 * 1024"
    ).columns[0].values() -%}
{%- endif %}

with scanned as (
    {% for file in files %}
    select
        '{{ file.inbound_flow_id }}' as inbound_flow_id,
        '{{ file.drop_id }}' as drop_id,
        '{{ file.file_name }}' as file_name,
        '{{ file.path | replace("'", "''") }}' as path,
        min(line_number) filter (where not is_blank) as header_line_number,
        arg_min(line, line_number) filter (where not is_blank) as header_line,
        count(*) filter (where not is_blank) as filled_lines,
        coalesce(bool_or(contains(line, chr(0))), false) as has_nul,
        list(line_number order by line_number) filter (
            where has_odd_quotes and not {{ is_complete_line('line') }}
        ) as open_lines,
        list(line_number order by line_number) filter (where has_odd_quotes) as odd_lines,
        {% if file.path in small_files -%}
        (select content[1:3] = '\xEF\xBB\xBF'::blob from read_blob('{{ file.path | replace("'", "''") }}'))
        {%- else -%}
        false
        {%- endif %} as has_byte_order_mark
    from (
        select
            row_number() over () as line_number,
            line,
            {{ trimmed('line') }} is null as is_blank,
            contains(line, '"') and (length(line) - length(replace(line, '"', ''))) % 2 = 1 as has_odd_quotes
        from {{ raw_lines(file.path, "store_rejects = true, rejects_limit = 0, rejects_table = 'unread_lines', rejects_scan = 'unread_line_scans'") }}
    )
    {{ 'union all' if not loop.last }}
    {% else %}
    select
        cast(null as varchar) as inbound_flow_id,
        cast(null as varchar) as drop_id,
        cast(null as varchar) as file_name,
        cast(null as varchar) as path,
        cast(null as bigint) as header_line_number,
        cast(null as varchar) as header_line,
        cast(null as bigint) as filled_lines,
        cast(null as boolean) as has_nul,
        cast(null as bigint[]) as open_lines,
        cast(null as bigint[]) as odd_lines,
        cast(null as boolean) as has_byte_order_mark
    where false
    {% endfor %}
),

final as (
    select
        inbound_flow_id,
        drop_id,
        file_name,
        path,
        header_line_number,
        header_line,
        greatest(filled_lines - 1, 0) as data_lines,
        has_nul,
        open_lines,
        odd_lines,
        -- the last quote that opens has nothing after it that could close it, and closes nothing itself
        coalesce(
            open_lines[-1] = odd_lines[-1] and not list_contains(open_lines, coalesce(odd_lines[-2], 0)), false
        ) as has_unclosed_quote,
        has_byte_order_mark,
        cast(null as bigint[]) as bad_byte_lines,
        cast(null as bigint[]) as too_long_lines
    from scanned
)

select * from final
