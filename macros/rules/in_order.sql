{% macro rule_in_order(value, start) -%}
    {{ value }} < {{ start }} and {{ as_date(value) }} < {{ as_date(start) }}
{%- endmacro %}

{% macro problem_in_order(value, start) -%}
    'the end lies before the start, ' || {{ start }} || '. Correct the two dates at the source.'
{%- endmacro %}

{% test in_order(model, column_name, start) %}
    {{ reported('in_order', model, column_name) }}
{% endtest %}
