{#- The formats that a roster can be handed on in, as a SQL list. -#}
{% macro outbound_formats() -%}
    {{ sql_list(['oneRoster11', 'oneRoster12', 'schoolDataSyncV21', 'clever', 'appleSchoolManager', 'flatLists']) }}
{%- endmacro %}
