{% macro rule_surplus_cells(surplus_cells) -%}
    coalesce({{ surplus_cells }} > 0, false)
{%- endmacro %}
