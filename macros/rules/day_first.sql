{#- A date that is understood because the file's dates have the day first. -#}
{% macro rule_day_first(value, order) -%}
    case
        when {{ value }} not like '____-__-__'
            then {{ order }} = 'day first' and {{ year_last_date(value, order) }} is not null
    end
{%- endmacro %}
