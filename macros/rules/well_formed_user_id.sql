{% macro rule_well_formed_user_id(value) -%}
    not regexp_full_match({{ value }}, '\{\s*[^{}:]+\s*:\s*[^{}]+\}')
{%- endmacro %}

{% test well_formed_user_id(model, column_name) %}
    {{ reported('well_formed_user_id', model, column_name) }}
{% endtest %}
