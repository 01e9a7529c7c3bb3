{#- Landing says why a line cannot be read as a record. -#}
{% macro rule_readable_line(unreadable_reason) -%}
    {{ unreadable_reason }} is not null
{%- endmacro %}

{% test readable_line(model) %}
    {{ reported('readable_line', model) }}
{% endtest %}
