{% macro rule_one_line(value) -%}
    regexp_matches({{ value }}, '[\r\n]')
{%- endmacro %}

{#- A text with a blank for each line break. -#}
{% macro in_one_line(value) -%}
    case
        when contains({{ value }}, chr(10)) or contains({{ value }}, chr(13))
            then regexp_replace({{ value }}, '\s*[\r\n]\s*', ' ', 'g')
        else {{ value }}
    end
{%- endmacro %}
