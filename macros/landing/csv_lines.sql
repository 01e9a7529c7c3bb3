{#-
    The physical lines of a file, numbered from 1, blank ones included: columns line_number, line. Reading lines, not
    records, makes every line countable whatever is wrong with its neighbours: quoting is judged by `is_complete_line`.

    DuckDB leaves out lines that are not UTF-8, which shifts the numbers of the others. `bad_byte_lines`, a SELECT of
    their numbers (from landing.inbound_file), puts them back in their places, without text.
-#}
{% macro csv_lines(path, bad_byte_lines=none, encoding='utf-8') -%}
    {%- if bad_byte_lines is none -%}
        select
            row_number() over () as line_number,
            line
        from {{ raw_lines(path, encoding=encoding) }}
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
{% macro raw_lines(path, options='ignore_errors = true', encoding='utf-8') -%}
    {%- if encoding == 'windows-1252' -%}
    ({{ windows_1252_lines(path) }})
    {%- else -%}
    read_csv(
        {{ sql_list([path] if path is string else path) }},
        auto_detect = false, header = false, delim = E'\x01\x02\x03\x04', quote = '', escape = '',
        strict_mode = false, columns = {'line': 'varchar'}, hive_partitioning = false, {{ options }}
    )
    {%- endif -%}
{%- endmacro %}

{#-
    The lines of a file in Windows-1252, which DuckDB does not read: it shows bytes beyond ASCII as \x and two digits, and
    what stands for each follows from its number; those from 80 to 9F are characters of Windows' own.
-#}
{% macro windows_1252_lines(path) -%}
    select
        parts[1] || array_to_string(list_transform(
            parts[2:],
            lambda part: case
                when part[1] in ('8', '9')
                    then '€�‚ƒ„…†‡ˆ‰Š‹Œ�Ž��‘’“”•–—˜™š›œ�žŸ'[cast('0x' || part[:2] as integer) - 127]
                else chr(cast('0x' || part[:2] as integer))
            end || part[3:]
        ), '') as line
    from (
        select string_split(unnest(string_split(
            replace(replace(cast(content as varchar), '\x0D\x0A', '\x0A'), '\x0D', '\x0A'), '\x0A'
        )), '\x') as parts
        from read_blob('{{ quoted(path) }}')
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
