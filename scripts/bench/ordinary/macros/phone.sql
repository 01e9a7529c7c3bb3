{#- The telephone number, or null when it is none. -#}
{% macro phone(column) -%}
    case
        when regexp_full_match(regexp_replace({{ column }}, '[\s\pZ().\[\]-]', '', 'g'), '\+?[0-9]{7,15}')
            then {{ column }}
    end
{%- endmacro %}
