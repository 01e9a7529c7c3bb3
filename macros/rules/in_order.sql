{% macro rule_in_order(value, start) -%}
    {{ value }} < {{ start }} and {{ as_date(value) }} < {{ as_date(start) }}
{%- endmacro %}

{% test in_order(model, column_name, start) %}
    {{ reported('in_order', model, column_name) }}
{% endtest %}
