{% macro rule_well_formed_boolean(value) -%}
    {{ value }} is not null and {{ as_boolean(value) }} is null
{%- endmacro %}

{% macro as_boolean(value) -%}
    case
        when lower({{ value }}) in ('true', 'yes', 'y', '1', 't') then true
        when lower({{ value }}) in ('false', 'no', 'n', '0', 'f') then false
    end
{%- endmacro %}

{% test well_formed_boolean(model, column_name) %}
    {{ reported('well_formed_boolean', model, column_name) }}
{% endtest %}
