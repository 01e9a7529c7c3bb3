{% macro rule_well_formed_date(value) -%}
    {{ value }} is not null and {{ as_date(value) }} is null
{%- endmacro %}

{% macro problem_well_formed_date(value) -%}
    'this is no date. Write it as year-month-day, such as 2026-08-31.'
{%- endmacro %}

{#- YYYY-MM-DD, or the date of an ISO 8601 instant. -#}
{% macro as_date(value) -%}
    case
        when length({{ value }}) = 10 and {{ value }}[5] = '-' and {{ value }}[8] = '-' and {{ value }}[1] between '0' and '9'
            then try_cast({{ value }} as date)
        when {{ rule_date_without_time(value) }} then try_cast({{ value }}[:10] as date)
    end
{%- endmacro %}

{% test well_formed_date(model, column_name) %}
    {{ reported('well_formed_date', model, column_name) }}
{% endtest %}
