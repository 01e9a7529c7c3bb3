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
    union all
    {{ unnamed_records(file, ref('landing_' ~ model_name(file))) }}
{%- endmacro %}

{#-
    The records that history holds present and that this run leaves as they are: a delta does not name them, or comes without
    their file. No rows of a flow whose drop is complete.
-#}
{% macro unnamed_records(file, landing) -%}
    {%- set changed_flows = flows_of_changes(file) -%}
    {%- if earlier_relation('history', snake_case(file)) is none -%}
    {{ held_by_history(file) }}
    {%- else -%}
    select
        held.inbound_flow_id,
        held.sourced_id
    from ({{ held_by_history(file) }}) as held
    semi join ({{ changed_flows }}) as flows on held.inbound_flow_id = flows.inbound_flow_id
    anti join (
        select
            lines.inbound_flow_id,
            lines."{{ key_column(file) }}" as sourced_id
        from {{ landing }} as lines
        where lines.inbound_flow_id in ({{ changed_flows }})
    ) as named on held.inbound_flow_id = named.inbound_flow_id and held.sourced_id = named.sourced_id
    {%- endif -%}
{%- endmacro %}

{#- The flows of which a drop of this run tells changes alone: inbound_flow_id. -#}
{% macro flows_with_deltas() -%}
    select due.inbound_flow_id from {{ ref('inbound_drop') }} as due where due.has_deltas
{%- endmacro %}

{#- Those of them whose drops have no complete copy of a file. -#}
{% macro flows_of_changes(file) -%}
    {{ flows_with_deltas() }}
    except
    select complete.inbound_flow_id
    from {{ ref('accepted_file') }} as complete
    where complete.file_name = '{{ file }}' and complete.delivered_as = 'bulk'
{%- endmacro %}
