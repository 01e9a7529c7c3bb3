{% macro rule_html_entity(value) -%}
    case when contains({{ value }}, '&') then regexp_matches({{ value }}, '&(#\d+|#[xX][0-9A-Fa-f]+|[A-Za-z]{2,8});') end
{%- endmacro %}
