{#- The items of a list as they are defined, whatever case they were written in; null when the list is. -#}
{% macro spelt(items, codes=none) -%}
    {%- set item = codes ~ '[lower(item)]' if codes else 'lower(item)' -%}
    list_transform({{ items }}, lambda item: {{ item }})
{%- endmacro %}
