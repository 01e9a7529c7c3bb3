{#-
    The records that a reference to a file may name: inbound_flow_id, sourced_id. Usable is what is staged, and what history
    holds present while a line of this drop with its id, or one whose id cannot be told, was left out: its last good
    version stands in.
-#}
{% macro usable_records(file) -%}
    select
        inbound_flow_id,
        sourced_id
    from {{ ref('stg_' ~ model_name(file)) }}
    union all
    select
        held.inbound_flow_id,
        held.sourced_id
    from ({{ held_by_history(file) }}) as held
    inner join (
        select
            inbound_flow_id,
            list(sourced_id) filter (where sourced_id is not null) as ids,
            bool_or(disposition = 'unreadable' and sourced_id is null) as may_be_any
        from {{ ref('validation_' ~ model_name(file)) }}
        where disposition in ('rejected', 'unreadable')
        group by inbound_flow_id
    ) as left_out on held.inbound_flow_id = left_out.inbound_flow_id
    anti join {{ ref('stg_' ~ model_name(file)) }} as staged
        on held.inbound_flow_id = staged.inbound_flow_id and held.sourced_id = staged.sourced_id
    where left_out.may_be_any or list_contains(left_out.ids, held.sourced_id)
{%- endmacro %}

{#- The keys that history holds present: inbound_flow_id, sourced_id. -#}
{% macro held_by_history(file) -%}
    select
        inbound_flow_id,
        sourced_id
    from {{ earlier('history', snake_case(file)) }} as held
    where is_active_in_session and dbt_valid_to is null
{%- endmacro %}
