{#- The value, or null when it holds a line break. -#}
{% macro one_line(column) -%}
    case when not contains({{ column }}, chr(10)) and not contains({{ column }}, chr(13)) then {{ column }} end
{%- endmacro %}
