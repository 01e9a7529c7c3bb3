{#- A date that is understood, but is not written YYYY-MM-DD. -#}
{% macro rule_plain_date(value, order) -%}
    case when {{ value }} not like '____-__-__' then {{ as_date(value, order) }} is not null end
{%- endmacro %}
