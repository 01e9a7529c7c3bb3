{#- The id of what was found for a reference is well-formed: only where nothing was found, it is looked at. -#}
{% macro rule_well_formed_id(value, found=none) -%}
    {{ 'case when ' ~ found ~ ' is null then ' if found -}}
    length({{ value }}) > 255 or regexp_matches({{ value }}, '[\s\pZ\p{Cc},"]')
    {{- ' end' if found }}
{%- endmacro %}

{% test well_formed_id(model, column_name) %}
    {{ reported('well_formed_id', model, column_name) }}
{% endtest %}
