{#- `read` and `start` are dates. -#}
{% macro rule_in_order(read, start) -%}
    {{ read }} < {{ start }}
{%- endmacro %}

{% test in_order(model, column_name, start) %}
    {{ reported('in_order', model, column_name) }}
{% endtest %}
