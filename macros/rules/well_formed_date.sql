{% macro rule_well_formed_date(value) -%}
    {{ value }} is not null and {{ as_date(value) }} is null
{%- endmacro %}

{#- YYYY-MM-DD, or the date of an ISO 8601 instant. -#}
{% macro as_date(value) -%}
    case
        -- DuckDB reads more than this as a date, even 2026-08-3x: what it writes back tells
        when strlen({{ value }}) = 10 and cast(try_cast({{ value }} as date) as varchar) = {{ value }} then try_cast({{ value }} as date)
        when {{ rule_date_without_time(value) }} then try_cast({{ value }}[:10] as date)
    end
{%- endmacro %}

{% test well_formed_date(model, column_name) %}
    {{ reported('well_formed_date', model, column_name) }}
{% endtest %}
