{#- At most 255 characters, no blank, comma, quote or control character; null is no id. -#}
{% macro is_id(column) -%}
    (length({{ column }}) <= 255 and not regexp_matches({{ column }}, '[\s\pZ\p{Cc},"]'))
{%- endmacro %}
