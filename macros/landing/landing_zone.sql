{#-
    The landing zone's folder as the inside of a SQL string. Views read files there, whatever folder they are queried from,
    so it begins at the root; a relative one is meant from the project's folder, where dbt runs.
-#}
{% macro landing_zone() -%}
    {%- set folder = env_var('ONEROSTER_LANDING', 'sample/landing').rstrip('/') -%}
    {%- if not modules.re.match('/|[A-Za-z]:|[\\\\]', folder) -%}
        {%- set folder = invocation_args_dict.get('project_dir', '.') ~ '/' ~ folder -%}
    {%- endif -%}
    {{ folder | replace("'", "''") }}
{%- endmacro %}
