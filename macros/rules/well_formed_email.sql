{#- The addr-spec of RFC 5322 without comments and quoted local parts, with a domain of at least two labels. -#}
{% macro rule_well_formed_email(value) -%}
    not regexp_full_match(
        {{ value }},
        '[\pL\pN!#$%&''*+/=?^_`{|}~-]+(\.[\pL\pN!#$%&''*+/=?^_`{|}~-]+)*@([\pL\pN]([\pL\pN-]*[\pL\pN])?\.)+[\pL\pN]([\pL\pN-]*[\pL\pN])?'
    )
    or length({{ value }}) > 254
{%- endmacro %}

{% test well_formed_email(model, column_name) %}
    {{ reported('well_formed_email', model, column_name) }}
{% endtest %}
