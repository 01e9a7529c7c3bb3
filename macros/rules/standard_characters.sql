{#- Of ids that are well-formed; the others have a finding of their own. -#}
{% macro rule_standard_characters(value) -%}
    case
        when regexp_matches({{ value }}, '[^{{ standard_characters() }}]') then not ({{ rule_well_formed_id(value) }})
        else false
    end
{%- endmacro %}

{#- The characters that OneRoster has in ids, as the inside of a regular expression's class. -#}
{% macro standard_characters() -%}
    0-9A-Za-z._/@-
{%- endmacro %}

{% macro problem_standard_characters(value) -%}
    'ids hold characters beyond the standard''s (letters, digits and . - _ / @). They are kept as they are; '
    || 'other systems may refuse them.'
{%- endmacro %}

{% test standard_characters(model, column_name) %}
    {{ reported('standard_characters', model, column_name) }}
{% endtest %}
