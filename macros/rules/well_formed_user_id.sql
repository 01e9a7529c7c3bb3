{% macro rule_well_formed_user_id(value) -%}
    not regexp_full_match({{ value }}, '\{\s*[^{}:]+\s*:\s*[^{}]+\}')
{%- endmacro %}

{% macro problem_well_formed_user_id(value) -%}
    'a user id is written {Type:Id}. Correct it at the source.'
{%- endmacro %}

{% test well_formed_user_id(model, column_name) %}
    {{ reported('well_formed_user_id', model, column_name) }}
{% endtest %}
