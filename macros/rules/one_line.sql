{% macro rule_one_line(value) -%}
    regexp_matches({{ value }}, '[\r\n]')
{%- endmacro %}

{% test one_line(model, column_name) %}
    {{ reported('one_line', model, column_name) }}
{% endtest %}
