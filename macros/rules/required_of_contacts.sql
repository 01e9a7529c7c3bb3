{#- A user name that a parent, guardian or relative may do without. -#}
{% macro rule_required_of_contacts(value) -%}
    {{ value }} is null
{%- endmacro %}

{% test required_of_contacts(model, column_name) %}
    {{ reported('required_of_contacts', model, column_name) }}
{% endtest %}
