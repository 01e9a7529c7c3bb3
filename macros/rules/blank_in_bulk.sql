{% macro rule_blank_in_bulk(value) -%}
    {{ value }} is not null
{%- endmacro %}

{% macro problem_blank_in_bulk(value) -%}
    'the column is filled, but in a bulk file it must be blank. Its values are not used; have it exported blank.'
{%- endmacro %}

{% test blank_in_bulk(model, column_name) %}
    {{ reported('blank_in_bulk', model, column_name) }}
{% endtest %}
