{% macro rule_well_formed_id(value) -%}
    length({{ value }}) > 255 or regexp_matches({{ value }}, '[\s\pZ\p{Cc},"]')
{%- endmacro %}

{% macro problem_well_formed_id(value) -%}
    'an id has at most 255 characters and no blank, comma, quote or control character. Mend the id at the source.'
{%- endmacro %}

{% test well_formed_id(model, column_name) %}
    {{ reported('well_formed_id', model, column_name) }}
{% endtest %}
