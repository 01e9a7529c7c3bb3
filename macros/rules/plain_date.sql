{#- A date that is understood, but is not written YYYY-MM-DD. -#}
{% macro rule_plain_date(value, read) -%}
    {{ read }} is not null and {{ value }} not like '____-__-__'
{%- endmacro %}
