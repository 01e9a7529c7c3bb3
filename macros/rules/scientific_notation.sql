{#- A long number as a spreadsheet shortens it: its last digits are lost. -#}
{% macro rule_scientific_notation(value) -%}
    case when contains({{ value }}, 'E+') then regexp_matches({{ value }}, '(^|:)\d([.,]\d+)?E\+\d{2,3}\}?$') end
{%- endmacro %}
