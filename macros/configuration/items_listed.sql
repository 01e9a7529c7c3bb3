{#- The items of a cell of a seed, which have commas between them, as a list; null when the cell is blank. -#}
{% macro items_listed(column) -%}
    nullif(list_filter(list_transform(string_split({{ column }}, ','), lambda item: trim(item)), lambda item: item <> ''), [])
{%- endmacro %}
