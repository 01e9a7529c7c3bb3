{% macro rule_required(value) -%}
    {{ value }} is null
{%- endmacro %}

{% test required(model, column_name) %}
    {{ reported('required', model, column_name) }}
{% endtest %}
