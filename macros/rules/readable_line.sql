{#- Whether a line can be read as a record is told by landing: see `landed_records`. -#}
{% macro rule_readable_line(value) -%}
    unreadable_reason is not null
{%- endmacro %}

{% macro problem_readable_line(value) -%}
    'the line ' || unreadable_reason || ', so that it cannot be read as a record. Mend the line and export the file again.'
{%- endmacro %}

{% test readable_line(model) %}
    {{ reported('readable_line', model) }}
{% endtest %}
