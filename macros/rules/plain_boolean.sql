{% macro rule_plain_boolean(value) -%}
    case when lower({{ value }}) not in ('true', 'false') then {{ as_boolean(value) }} is not null end
{%- endmacro %}
