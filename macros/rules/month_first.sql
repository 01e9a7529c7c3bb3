{#- A date that is understood because the file's dates have the month first. -#}
{% macro rule_month_first(value, order) -%}
    case
        when {{ value }} not like '____-__-__'
            then {{ order }} = 'month first' and {{ year_last_date(value, order) }} is not null
    end
{%- endmacro %}
