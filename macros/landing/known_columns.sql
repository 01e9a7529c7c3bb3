{#-
    The columns of the OneRoster tables that are read, one row each: file_name, column_name, oneroster_version (null:
    both), is_required. They are the columns that the landing models describe; required is what the staging model
    tests as `required` with severity error. Empty while parsing, when dbt's graph is.
-#}
{% macro known_columns() -%}
    {%- set rows = [] -%}
    {%- if execute -%}
        {%- for file in oneroster_files() -%}
            {%- set required = rules_of(file) | selectattr('name', 'equalto', 'required')
                | selectattr('severity', 'equalto', 'error') | map(attribute='file_column') | list -%}
            {%- for column in file_columns(file) -%}
                {%- do rows.append(
                    "('" ~ file ~ "', '" ~ column.name ~ "', "
                    ~ ("'" ~ column.version ~ "'" if column.version else 'null')
                    ~ ", " ~ (column.name in required) ~ ")"
                ) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    select
        file_name,
        column_name,
        cast(oneroster_version as varchar) as oneroster_version,
        cast(is_required as boolean) as is_required
    from (values {{ rows | join(', ') if rows else "('', '', null, false)" }}) as known (
        file_name, column_name, oneroster_version, is_required
    )
{%- endmacro %}

{#- The OneRoster columns of a file, in order: dictionaries of name and version (1.1, 1.2 or none for both). -#}
{% macro file_columns(file) %}
    {% set node = graph.get('nodes', {}).get('model.oneroster.landing_oneroster__' ~ snake_case(file), {}) %}
    {% set columns = [] %}
    {% for column in node.get('columns', {}).values() %}
        {% set meta = column.get('config', {}).get('meta', {}) or column.meta %}
        {% if meta.get('oneroster') %}
            {% do columns.append({'name': column.name, 'version': meta.get('version')}) %}
        {% endif %}
    {% endfor %}
    {% do return(columns) %}
{% endmacro %}

{#- Columns that are understood but never stored: passwords, and a link of OneRoster 1.2.0 to files that are not read. -#}
{% macro unstored_columns() %}
    {% do return(['password', 'resourceSourcedIds']) %}
{% endmacro %}
