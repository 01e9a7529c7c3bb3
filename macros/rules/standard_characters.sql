{#- Of ids that are well-formed; the others have a finding of their own. -#}
{% macro rule_standard_characters(value) -%}
    regexp_matches({{ value }}, '[^0-9A-Za-z._/@-]') and not ({{ rule_well_formed_id(value) }})
{%- endmacro %}

{% macro problem_standard_characters(value) -%}
    'ids hold characters beyond the standard''s (letters, digits and . - _ / @). They are kept as they are; '
    || 'other systems may refuse them.'
{%- endmacro %}

{% test standard_characters(model, column_name) %}
    {{ reported('standard_characters', model, column_name) }}
{% endtest %}
