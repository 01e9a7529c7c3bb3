{#- The landing zone's folder as the inside of a SQL string. -#}
{% macro landing_zone() -%}
    {{ env_var('ONEROSTER_LANDING', 'sample/landing').rstrip('/') | replace("'", "''") }}
{%- endmacro %}
