{#- The record's parents lead back to it. -#}
{% macro rule_no_cycle(in_cycle) -%}
    {{ in_cycle }} is not null
{%- endmacro %}

{% test no_cycle(model, column_name) %}
    {{ reported('no_cycle', model, column_name) }}
{% endtest %}
