{% macro rule_in_order(value, start, order) -%}
    case
        -- written year-month-day, dates compare as texts do
        when {{ value }} >= {{ start }} and {{ value }} like '____-__-__' and {{ start }} like '____-__-__' then false
        else {{ as_date(value, order) }} < {{ as_date(start, order) }}
    end
{%- endmacro %}

{% test in_order(model, column_name, start) %}
    {{ reported('in_order', model, column_name) }}
{% endtest %}
