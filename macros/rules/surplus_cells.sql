{#- One blank cell is a comma at the end of the line, which many programs write. -#}
{% macro rule_surplus_cells(surplus_cells) -%}
    coalesce({{ surplus_cells }} > 1, false)
{%- endmacro %}
