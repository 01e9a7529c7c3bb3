{% macro is_format_asked_for(formats) -%}
coalesce(getvariable('outbound_format') in ('{{ formats | join("', '") }}'), true)
{%- endmacro %}
