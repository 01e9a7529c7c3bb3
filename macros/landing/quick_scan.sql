{#-
    What reading the lines of files once, in parallel and without numbering them, tells: one row per file with
    physical_lines, filled_lines, has_nul, irregular_lines (not whole records of as many cells as the header),
    has_blank_edges (some value may need trimming) and is_plain (nothing but values that could be ids). Most files turn
    out regular, and DuckDB's own reader can be trusted with them; what is wrong with the others, `careful_scan` finds
    out. Each file has inbound_flow_id, drop_id, file_name, path and cells, the number of cells of its first line.
-#}
{% macro quick_scan(files) -%}
    {%- for file in files %}
    select
        '{{ file.inbound_flow_id }}' as inbound_flow_id,
        '{{ file.drop_id }}' as drop_id,
        '{{ file.file_name }}' as file_name,
        '{{ file.path | replace("'", "''") }}' as path,
        count(*) as physical_lines,
        count(line) as filled_lines,
        coalesce(bool_or(case when is_plain then false else contains(line, chr(0)) end), false) as has_nul,
        count(*) filter (where case when is_plain then false else not {{ has_cells('line', file.cells) }} end) as irregular_lines,
        coalesce(bool_or(case when is_plain then false else {{ has_blank_edges('line') }} end), false) as has_blank_edges,
        coalesce(bool_and(is_plain), false) as is_plain
    from (
        select
            line,
            {{ is_plain_line('line', file.cells) }} as is_plain
        from {{ raw_lines(file.path, "store_rejects = true, rejects_limit = 0, rejects_table = 'unread_lines', rejects_scan = 'unread_line_scans'") }}
    )
    {{ 'union all' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#-
    Whether a line of so many cells holds nothing but the characters that ids are made of, and no value too long for an id.
    Most lines of the largest files are such, which answers every other question about them at once.
-#}
{% macro is_plain_line(line, cells) -%}
    {%- set cell = '[' ~ standard_characters() ~ ']*' -%}
    {%- if cells > 100 -%}
    line is null
    {%- else -%}
    line is null
            or (strlen({{ line }}) <= 255 and regexp_full_match({{ line }}, '(?:{{ cell }},){{ "{" ~ (cells - 1) ~ "}" }}{{ cell }}'))
    {%- endif -%}
{%- endmacro %}

{#- Whether a line is a whole record of so many cells, with quotes only around cells. -#}
{% macro has_cells(line, cells) -%}
    {%- set cell = '(?:"(?:[^"]|"")*"|[^",]*)' -%}
    case
        {%- if cells > 100 %}
        -- a pattern of so many cells is more than the matcher takes
        when contains({{ line }}, '"') then {{ is_complete_line(line) }} and len({{ csv_cells(line) }}) = {{ cells }}
        {%- else %}
        when contains({{ line }}, '"') then regexp_full_match({{ line }}, '(?s)(?:{{ cell }},){{ "{" ~ (cells - 1) ~ "}" }}{{ cell }}')
        {%- endif %}
        else strlen({{ line }}) - strlen(replace({{ line }}, ',', '')) = {{ cells - 1 }}
    end
{%- endmacro %}

{#- Whether a blank stands at the edge of some cell of a line. -#}
{% macro has_blank_edges(line) -%}
    regexp_matches({{ line }}, '(?:^|[,"])[\s\x{a0}\x{200b}\x{feff}]|[\s\x{a0}\x{200b}\x{feff}](?:[,"]|$)')
{%- endmacro %}

{#- What reading the lines of one file in order tells: where the header and the first blank line are, and where quotes stay open. -#}
{% macro careful_scan(file) -%}
    select
        '{{ file.path | replace("'", "''") }}' as path,
        count(*) filter (where not is_blank) as filled_lines,
        min(line_number) filter (where not is_blank) as header_line_number,
        arg_min(line, line_number) filter (where not is_blank) as header_line,
        min(line_number) filter (where is_blank) as first_blank_line,
        list(line_number order by line_number) filter (
            where has_odd_quotes and not {{ is_complete_line('line') }}
        ) as open_lines,
        list(line_number order by line_number) filter (where has_odd_quotes) as odd_lines
    from (
        select
            row_number() over () as line_number,
            line,
            {{ trimmed('line') }} is null as is_blank,
            contains(line, '"') and (length(line) - length(replace(line, '"', ''))) % 2 = 1 as has_odd_quotes
        from {{ raw_lines(file.path) }}
    )
{%- endmacro %}
