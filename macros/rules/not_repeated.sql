{#- Whether the line repeats a record is worked out over the file: see `judged_records`. -#}
{% macro rule_not_repeated(value) -%}
    is_copy
{%- endmacro %}

{% macro problem_not_repeated(value) -%}
    'the record is in the file more than once. It is used once; have it exported once.'
{%- endmacro %}

{% test not_repeated(model, column_name) %}
    {{ reported('not_repeated', model, column_name) }}
{% endtest %}
