{#-
    The physical lines of a file, numbered from 1, blank ones included: columns line_number, line. Reading lines, not
    records, makes every line countable whatever is wrong with its neighbours: quoting is judged by `is_complete_line`.

    DuckDB leaves out lines that are not UTF-8, which shifts the numbers of the others. `bad_byte_lines`, a SELECT of
    their numbers (from landing.inbound_file), puts them back in their places, without text.
-#}
{% macro csv_lines(path, bad_byte_lines=none) -%}
    {%- if bad_byte_lines is none -%}
        select
            row_number() over () as line_number,
            line
        from {{ raw_lines(path) }}
    {%- else -%}
        with bad_lines as ({{ bad_byte_lines }}),

        texts as (
            select
                row_number() over () as ordinal,
                line
            from {{ raw_lines(path) }}
        ),

        numbered as (
            select
                line_number,
                row_number() over (order by line_number) as ordinal
            from range(1, (select count(*) from texts) + (select count(*) from bad_lines) + 1) as numbers (line_number)
            where line_number not in (select bad_lines.line_number from bad_lines)
        )

        select
            numbered.line_number,
            texts.line
        from numbered
        inner join texts on numbered.ordinal = texts.ordinal
    {%- endif -%}
{%- endmacro %}

{#- One column named `line`; the delimiter cannot occur in text, so that a line is never split. -#}
{% macro raw_lines(path, options='ignore_errors = true') -%}
    read_csv(
        '{{ path | replace("'", "''") }}',
        auto_detect = false, header = false, delim = E'\x01\x02\x03\x04', quote = '', escape = '',
        strict_mode = false, columns = {'line': 'varchar'}, hive_partitioning = false, {{ options }}
    )
{%- endmacro %}

{#-
    SELECT of a file's first line, column `line`. Numbering keeps DuckDB from reading ahead in parallel and taking the line
    that comes first to hand.
-#}
{% macro first_line_of(path) -%}
    select line
    from ({{ csv_lines(path) }})
    where line_number = 1
    limit 1
{%- endmacro %}
