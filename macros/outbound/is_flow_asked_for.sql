{% macro is_flow_asked_for() -%}
(getvariable('outbound_flow') is null or outbound_flow_id = getvariable('outbound_flow'))
{%- endmacro %}
