{% macro rule_required(value) -%}
    {{ value }} is null
{%- endmacro %}

{% macro problem_required(value) -%}
    'the value is missing. Fill it in at the source.'
{%- endmacro %}

{% test required(model, column_name, except_for=none, only_for=none) %}
    {{ reported('required', model, column_name, only_for) }}
{% endtest %}
