{#- Whether different records share the id is worked out over the file: see `judged_records`. -#}
{% macro rule_not_in_conflict(value) -%}
    is_in_conflict
{%- endmacro %}

{% macro problem_not_in_conflict(value) -%}
    'different records have this id, so that none of them can be trusted. Leave one of them, or give them ids of their own.'
{%- endmacro %}

{% test not_in_conflict(model, column_name) %}
    {{ reported('not_in_conflict', model, column_name) }}
{% endtest %}
