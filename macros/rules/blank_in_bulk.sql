{% macro rule_blank_in_bulk(value, is_delta) -%}
    {{ value }} is not null and not {{ is_delta }}
{%- endmacro %}
