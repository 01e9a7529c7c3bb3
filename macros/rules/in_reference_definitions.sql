{#-
    `found` is the code in force that is spelt like the value, if any. In 1.2, terms that begin with `ext:` are a tenant's own,
    where the standard lets the vocabulary be extended.
-#}
{% macro rule_in_reference_definitions(value, found, extensible_in=none) -%}
    {{ value }} is not null and {{ found }} is null
    {%- if extensible_in %}
    and not ({{ extensible_in }} = '1.2' and starts_with(lower({{ value }}), 'ext:'))
    {%- endif %}
{%- endmacro %}

{% test in_reference_definitions(model, column_name) %}
    {{ reported('in_reference_definitions', model, column_name) }}
{% endtest %}
