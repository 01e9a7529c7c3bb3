{#-
    7 to 15 digits, a plus before them if wanted, once blanks, brackets, dots, hyphens and slashes are dropped; and an
    extension.
-#}
{% macro rule_well_formed_phone(value) -%}
    not regexp_full_match(
        lower(regexp_replace({{ value }}, '[\s\pZ()./\[\]-]', '', 'g')), '\+?[0-9]{7,15}((x|ext|extension|#)[0-9]{1,6})?'
    )
{%- endmacro %}

{% test well_formed_phone(model, column_name) %}
    {{ reported('well_formed_phone', model, column_name) }}
{% endtest %}
