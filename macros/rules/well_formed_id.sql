{% macro rule_well_formed_id(value) -%}
    length({{ value }}) > 255 or regexp_matches({{ value }}, '[\s\pZ\p{Cc},"]')
{%- endmacro %}

{% test well_formed_id(model, column_name) %}
    {{ reported('well_formed_id', model, column_name) }}
{% endtest %}
