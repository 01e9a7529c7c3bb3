{% macro rule_well_formed_date(value) -%}
    {{ value }} is not null and {{ as_date(value) }} is null
{%- endmacro %}

{#- YYYY-MM-DD, or the date of an ISO 8601 instant. -#}
{% macro as_date(value) -%}
    case
        -- DuckDB reads more than this as a date, even 2026-08-3x, and has a year 0
        when regexp_full_match({{ value }}, '\d{4}-\d{2}-\d{2}') and {{ value }} > '0001' then try_cast({{ value }} as date)
        when {{ rule_date_without_time(value) }} then try_cast({{ value }}[:10] as date)
    end
{%- endmacro %}

{% test well_formed_date(model, column_name) %}
    {{ reported('well_formed_date', model, column_name) }}
{% endtest %}
