{#- Whether the record's parents lead back to it is worked out over the file: see `judged_records`. -#}
{% macro rule_no_cycle(value) -%}
    is_in_cycle
{%- endmacro %}

{% macro problem_no_cycle(value) -%}
    'following the parents leads back to this record. Correct the parent at the source.'
{%- endmacro %}

{% test no_cycle(model, column_name) %}
    {{ reported('no_cycle', model, column_name) }}
{% endtest %}
