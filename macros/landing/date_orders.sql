{#- How the dates of a file are written that do not begin with the year: one row, a map of orders by flow. -#}
{% macro date_orders(file) -%}
    select map_from_entries(list((inbound_flow_id, date_order))) as by_flow
    from {{ ref('date_order') }}
    where file_name = '{{ file }}'
{%- endmacro %}
