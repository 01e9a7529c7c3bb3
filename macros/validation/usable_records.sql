{#- The records that a reference to a file may name: inbound_flow_id, sourced_id. -#}
{% macro usable_records(file) -%}
    select
        inbound_flow_id,
        sourced_id
    from {{ ref('stg_' ~ model_name(file)) }}
    union all
    select
        inbound_flow_id,
        sourced_id
    from {{ ref('validation_' ~ model_name(file)) }}
    where disposition = 'stood_in'
{%- endmacro %}
