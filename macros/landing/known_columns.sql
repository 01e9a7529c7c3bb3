{#-
    The columns that are read, one row each: file_name, column_name, other_name (a header that means the same),
    oneroster_version (null: both), is_required. They are the columns that the landing models describe; required is what
    the staging model tests as `required` with severity error. Empty while parsing, when dbt's graph is.
-#}
{% macro known_columns() -%}
    {%- set rows = [] -%}
    {%- if execute -%}
        {%- for file in delivered_files() -%}
            {%- set required = rules_of(file) | selectattr('name', 'equalto', 'required')
                | selectattr('severity', 'equalto', 'error') | map(attribute='file_column') | list -%}
            {%- for column in file_columns(file) -%}
                {%- do rows.append(
                    "('" ~ file ~ "', '" ~ column.name ~ "', "
                    ~ ("'" ~ column.other_name ~ "'" if column.other_name else 'null') ~ ", "
                    ~ ("'" ~ column.version ~ "'" if column.version else 'null')
                    ~ ", " ~ (column.name in required) ~ ")"
                ) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    select
        file_name,
        column_name,
        cast(other_name as varchar) as other_name,
        cast(oneroster_version as varchar) as oneroster_version,
        cast(is_required as boolean) as is_required
    from (values {{ rows | join(', ') if rows else "('', '', null, null, false)" }}) as known (
        file_name, column_name, other_name, oneroster_version, is_required
    )
{%- endmacro %}

{#-
    The columns of a file, in order: dictionaries of name, version (1.1, 1.2 or none for both) and other_name. They are
    those that the landing model marks as columns of the OneRoster table, or of the directory's export.
-#}
{% macro file_columns(file) %}
    {% set node = graph.get('nodes', {}).get('model.oneroster.landing_' ~ model_name(file), {}) %}
    {% set columns = [] %}
    {% for column in node.get('columns', {}).values() %}
        {% set meta = column.get('config', {}).get('meta', {}) or column.meta %}
        {% if meta.get('oneroster') or meta.get('directory') %}
            {% do columns.append({
                'name': column.name, 'version': meta.get('version'), 'other_name': meta.get('other_name')
            }) %}
        {% endif %}
    {% endfor %}
    {% do return(columns) %}
{% endmacro %}

{#-
    Columns of OneRoster that are known and never stored: passwords, and a link of OneRoster 1.2.0 to files that are not
    read.
-#}
{% macro unstored_columns() %}
    {% do return(['password', 'resourceSourcedIds']) %}
{% endmacro %}

{#-
    Whether a header looks like that of passwords, however it is written and whatever stands around it: `metadata.Pass-Word`,
    `initialPwd`, `client_secret`, but not `secretary`.
-#}
{% macro looks_like_password(header) -%}
    regexp_matches(
        regexp_replace(lower(strip_accents({{ header }})), '[^\pL\pN]', '', 'g'),
        'pass(word|wort|wd|code|phrase)|pwd|secret([^a]|a[^r]|a?$)'
    )
{%- endmacro %}

{#- The files in which the standards, or the directory, foresee passwords. -#}
{% macro files_of_passwords() %}
    {% do return(['users.csv', 'userProfiles.csv', directory_file()]) %}
{% endmacro %}
