{#- 7 to 15 digits, a plus before them if wanted, once blanks, brackets, dots and hyphens are dropped. -#}
{% macro rule_well_formed_phone(value) -%}
    not regexp_full_match(regexp_replace({{ value }}, '[\s\pZ().\[\]-]', '', 'g'), '\+?[0-9]{7,15}')
{%- endmacro %}

{% test well_formed_phone(model, column_name) %}
    {{ reported('well_formed_phone', model, column_name) }}
{% endtest %}
