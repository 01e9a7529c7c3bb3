{% macro rule_well_formed_boolean(value) -%}
    {{ value }} is not null and {{ as_boolean(value) }} is null
{%- endmacro %}

{% macro as_boolean(value) -%}
    case lower({{ value }}) when 'true' then true when 'false' then false end
{%- endmacro %}

{% test well_formed_boolean(model, column_name) %}
    {{ reported('well_formed_boolean', model, column_name) }}
{% endtest %}
