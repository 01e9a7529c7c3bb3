{#- The id of what was found for a reference is well-formed: only where nothing was found, it is looked at. -#}
{% macro rule_well_formed_id(value, found=none) -%}
    case
        {%- if found %}
        when {{ found }} is not null then false
        {%- endif %}
        when strlen({{ value }}) <= 255 and regexp_full_match({{ value }}, '[{{ standard_characters() }}]*') then false
        else length({{ value }}) > 255 or regexp_matches({{ value }}, '[\p{Cc},"]')
    end
{%- endmacro %}

{% test well_formed_id(model, column_name) %}
    {{ reported('well_formed_id', model, column_name) }}
{% endtest %}
