{#- 2026-2027 or 2026-27: two years that follow each other. -#}
{% macro rule_plain_year(value) -%}
    regexp_full_match({{ value }}, '\d{4}\s?[-/–]\s?(\d{2}){1,2}')
    and ends_with(cast(try_cast({{ value }}[:4] as integer) + 1 as varchar), regexp_extract({{ value }}, '\d+$'))
{%- endmacro %}
