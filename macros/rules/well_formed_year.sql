{% macro rule_well_formed_year(value) -%}
    {{ value }} is not null and {{ as_year(value) }} is null
{%- endmacro %}

{#- YYYY; a year written as a span is the year in which it ends. -#}
{% macro as_year(value) -%}
    case
        when regexp_full_match({{ value }}, '\d{4}') then cast({{ value }} as integer)
        when {{ rule_plain_year(value) }} then cast({{ value }}[:4] as integer) + 1
    end
{%- endmacro %}

{% test well_formed_year(model, column_name) %}
    {{ reported('well_formed_year', model, column_name) }}
{% endtest %}
