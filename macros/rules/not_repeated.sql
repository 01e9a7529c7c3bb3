{#- An earlier line says the same. -#}
{% macro rule_not_repeated(is_copy) -%}
    coalesce({{ is_copy }}, false)
{%- endmacro %}
