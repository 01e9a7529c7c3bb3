{#-
    The records that a reference to a file may name: inbound_flow_id, sourced_id, is_usable. Usable is what is staged,
    or was rejected in this drop while history holds it active: its last good version stands in.
-#}
{% macro reference_targets(file) -%}
    select
        inbound_flow_id,
        sourced_id,
        bool_or(is_usable) as is_usable
    from (
        select
            inbound_flow_id,
            sourced_id,
            true as is_usable
        from {{ ref('stg_' ~ model_name(file)) }}
        union all
        select
            judged.inbound_flow_id,
            judged.sourced_id,
            held.sourced_id is not null as is_usable
        from {{ ref('validation_' ~ model_name(file)) }} as judged
        left join ({{ held_by_history(file) }}) as held
            on judged.inbound_flow_id = held.inbound_flow_id and judged.sourced_id = held.sourced_id
        where judged.disposition in ('rejected', 'unreadable') and judged.sourced_id is not null
    )
    group by inbound_flow_id, sourced_id
{%- endmacro %}

{#- The keys that history holds active: inbound_flow_id, sourced_id. -#}
{% macro held_by_history(file) -%}
    {%- set history = earlier('history', snake_case(file)) -%}
    {%- if history is not none -%}
    select
        inbound_flow_id,
        sourced_id
    from {{ history }}
    where is_active_in_session and dbt_valid_to is null
    {%- else -%}
    select
        cast(null as varchar) as inbound_flow_id,
        cast(null as varchar) as sourced_id
    where false
    {%- endif -%}
{%- endmacro %}
