{#- `found` is the id of the record that was found for the value, if any. -#}
{% macro rule_references(value, found) -%}
    {{ value }} is not null and {{ found }} is null
{%- endmacro %}

{% test references(model, column_name) %}
    {{ reported('references', model, column_name) }}
{% endtest %}
