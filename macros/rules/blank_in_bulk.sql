{% macro rule_blank_in_bulk(value) -%}
    {{ value }} is not null
{%- endmacro %}
