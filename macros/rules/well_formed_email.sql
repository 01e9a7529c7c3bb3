{#- The addr-spec of RFC 5322 without comments and quoted local parts, with a domain of at least two labels. -#}
{% macro rule_well_formed_email(value) -%}
    not regexp_full_match(
        {{ value }},
        '[\pL\pN!#$%&''*+/=?^_`{|}~-]+(\.[\pL\pN!#$%&''*+/=?^_`{|}~-]+)*@([\pL\pN]([\pL\pN-]*[\pL\pN])?\.)+[\pL\pN]([\pL\pN-]*[\pL\pN])?'
    )
    or length({{ value }}) > 254
{%- endmacro %}

{% macro problem_well_formed_email(value) -%}
    'this is no e-mail address. Correct it at the source.'
{%- endmacro %}

{% test well_formed_email(model, column_name) %}
    {{ reported('well_formed_email', model, column_name) }}
{% endtest %}
