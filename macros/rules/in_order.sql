{% macro rule_in_order(value, start) -%}
    case when {{ value }} < {{ start }} then {{ as_date(value) }} < {{ as_date(start) }} end
{%- endmacro %}

{% test in_order(model, column_name, start) %}
    {{ reported('in_order', model, column_name) }}
{% endtest %}
