{#- A date that begins with its year but is not YYYY-MM-DD. -#}
{% macro rule_plain_date(value) -%}
    case when {{ value }} not like '____-__-__' then {{ year_first_date(value) }} is not null end
{%- endmacro %}
