{#- Different records share the id. -#}
{% macro rule_not_in_conflict(is_in_conflict) -%}
    {{ is_in_conflict }}
{%- endmacro %}

{% test not_in_conflict(model, column_name) %}
    {{ reported('not_in_conflict', model, column_name) }}
{% endtest %}
