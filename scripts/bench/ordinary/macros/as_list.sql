{#- The items of a comma-separated value, trimmed; null when there are none. -#}
{% macro as_list(column) -%}
    nullif(list_filter(list_transform(string_split({{ column }}, ','), lambda item: trim(item)), lambda item: item <> ''), [])
{%- endmacro %}
