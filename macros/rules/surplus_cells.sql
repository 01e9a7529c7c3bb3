{% macro rule_surplus_cells(value) -%}
    surplus_cells > 0
{%- endmacro %}

{% macro problem_surplus_cells(value) -%}
    'lines have more cells than the header. The surplus cells are blank and ignored; have the file exported without them.'
{%- endmacro %}

{% test surplus_cells(model) %}
    {{ reported('surplus_cells', model) }}
{% endtest %}
