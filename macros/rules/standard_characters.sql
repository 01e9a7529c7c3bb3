{#- Of ids that are well-formed; the others have a finding of their own. -#}
{% macro rule_standard_characters(value) -%}
    case
        when regexp_full_match({{ value }}, '[{{ standard_characters() }}]*') then false
        else not ({{ rule_well_formed_id(value) }} or {{ rule_placeholder(value) }})
    end
{%- endmacro %}

{#- The characters that OneRoster has in ids, as the inside of a regular expression's class. -#}
{% macro standard_characters() -%}
    0-9A-Za-z._/@-
{%- endmacro %}
