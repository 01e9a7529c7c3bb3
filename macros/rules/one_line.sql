{% macro rule_one_line(value) -%}
    regexp_matches({{ value }}, '[\r\n]')
{%- endmacro %}

{% macro problem_one_line(value) -%}
    'the value holds a line break. Take it out at the source.'
{%- endmacro %}

{% test one_line(model, column_name) %}
    {{ reported('one_line', model, column_name) }}
{% endtest %}
