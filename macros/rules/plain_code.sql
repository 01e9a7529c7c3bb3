{#- What was found for the value is known by another name. -#}
{% macro rule_plain_code(is_alias) -%}
    coalesce({{ is_alias }}, false)
{%- endmacro %}
