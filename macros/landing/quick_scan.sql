{#-
    What reading the lines of a file once, in parallel and without numbering them, tells. Most files turn out regular, and
    DuckDB's own reader can be trusted with them; what is wrong with the others, `careful_scan` finds out. `cells` is the
    number of cells of the first line. Lines that cannot be read are in the tables unread_lines and unread_line_scans.
-#}
{% macro quick_scan(path, cells, encoding) -%}
    select
        '{{ path | replace("'", "''") }}' as path,
        count(*) as physical_lines,
        count(line) as filled_lines,
        coalesce(bool_or(contains(line, chr(0))), false) as has_nul,
        coalesce(
            bool_or(case when contains(line, chr(0)) then regexp_matches(line, '^\x00?[^\x00]\x00[^\x00]\x00') end), false
        ) as is_utf_16,
        count(*) filter (where not {{ has_cells('line', cells) }} or {{ is_blank_line('line') }}) as irregular_lines,
        coalesce(bool_or({{ has_blank_edges('line') }}), false) as has_blank_edges
    from {{ raw_lines(path, "store_rejects = true, rejects_limit = 0, rejects_table = 'unread_lines', rejects_scan = 'unread_line_scans'", encoding) }}
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
        else len(string_split({{ line }}, ',')) = {{ cells }}
    end
{%- endmacro %}

{#- Whether a blank stands at the edge of some cell of a line. -#}
{% macro has_blank_edges(line) -%}
    case
        -- most lines of the largest files hold no blank at all, which is cheaper to see
        when
            contains({{ line }}, ' ') or contains({{ line }}, chr(9)) or contains({{ line }}, chr(12))
            or contains({{ line }}, chr(13)) or strlen({{ line }}) <> length({{ line }})
            then regexp_matches({{ line }}, '(?:^|[,"])[\s\x{a0}\x{200b}\x{feff}]|[\s\x{a0}\x{200b}\x{feff}](?:[,"]|$)')
        else false
    end
{%- endmacro %}

{#- What reading the lines of one file in order tells: where the header and the first blank line are, and where quotes stay open. -#}
{% macro careful_scan(path, encoding) -%}
    select
        '{{ path | replace("'", "''") }}' as path,
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
            {{ is_blank_line('line') }} as is_blank,
            contains(line, '"') and (length(line) - length(replace(line, '"', ''))) % 2 = 1 as has_odd_quotes
        from {{ raw_lines(path, encoding=encoding) }}
    )
{%- endmacro %}
