{#- A district's seed has no column but those of its template, which its YAML lists, and no row over several lines. -#}
{% test configuration_readable(model) %}
    {{ config(tags=['configuration']) }}

    {%- set columns = [] %}
    {%- if execute %}
        {%- for seed in graph.nodes.values() if seed.resource_type == 'seed' and seed.name == model.identifier %}
            {%- do columns.extend(seed.columns.keys()) %}
        {%- endfor %}
    {%- endif %}

    with rows_as_text as (
        select
            row_number() over (order by rowid) + 1 as line_number,
            concat_ws(',', *columns(*)) as row_text
        from {{ model }}
    )

    select
        'seeds/district/{{ model.identifier }}.csv, line 1: the column ''' || column_name || ''' is not known. '
        || 'The columns are {{ columns | join(", ") }}, with commas between them. Correct the header.' as message
    from duckdb_columns()
    where
        database_name = '{{ model.database }}'
        and schema_name = '{{ model.schema }}'
        and table_name = '{{ model.identifier }}'
        and not list_contains({{ columns }}, column_name)

    union all

    select
        'seeds/district/{{ model.identifier }}.csv, line ' || line_number || ' (' || split_part(row_text, ',', 1)
        || '): a double quote in this line is not closed. Close it or take it away.' as message
    from rows_as_text
    where contains(row_text, chr(10)) or contains(row_text, chr(13))
{% endtest %}
