{#- A list of texts (a variable's value) as a SQL list literal. -#}
{% macro sql_list(texts) -%}
    cast([{% for text in texts %}'{{ text | string | replace("'", "''") }}'{{ ', ' if not loop.last }}{% endfor %}] as varchar[])
{%- endmacro %}
