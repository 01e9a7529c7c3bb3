{#-
    The CTE `mistakes` of a test, unless one of the district's seeds it looks at cannot be read: then what is unreadable
    in it. A seed has no column but those of its template, which its YAML lists, and no row over several lines; a
    misspelt column, or a line behind an open quote, would otherwise be left out without a word.
-#}
{% macro mistakes_if_readable(kinds) -%}
    , unreadable as (
        {%- for kind in kinds %}
        {%- set seed = ref('district_' ~ kind) %}
        {%- set columns = [] %}
        {%- if execute %}
            {%- for node in graph.nodes.values() if node.resource_type == 'seed' and node.name == seed.identifier %}
                {%- do columns.extend(node.columns.keys()) %}
            {%- endfor %}
        {%- endif %}
        select
            'seeds/district/{{ seed.identifier }}.csv, line 1: the column ''' || column_name || ''' is not known. '
            || 'The columns are {{ columns | join(", ") }}, with commas between them. Correct the header.' as message
        from duckdb_columns()
        where
            database_name = current_database()
            and schema_name = '{{ seed.schema }}'
            and table_name = '{{ seed.identifier }}'
            and not list_contains({{ sql_list(columns) }}, column_name)
        union all
        select
            'seeds/district/{{ seed.identifier }}.csv, line ' || line_number || ' (' || split_part(row_text, ',', 1)
            || '): a double quote in this line is not closed. Close it or take it away.' as message
        from (
            select
                row_number() over (order by rowid) + 1 as line_number,
                concat_ws(',', *columns(*)) as row_text
            from {{ seed }}
        )
        where contains(row_text, chr(10)) or contains(row_text, chr(13))
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    )

    select unreadable.message
    from unreadable
    union all
    select mistakes.message
    from mistakes
    where not exists (select 1 from unreadable)
{%- endmacro %}
