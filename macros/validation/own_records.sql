{#- The records of the file itself that others of it may name, once the first findings are known. -#}
{% macro own_records(file) -%}
rejected_lines as (
    select distinct
        inbound_flow_id,
        line_number
    from findings
    where effect = 'record_left_out' and not is_softened
),

own_left_out as (
    select
        landing.inbound_flow_id,
        '{{ file }}' as file_name,
        landing."{{ key_column(file) }}" as sourced_id,
        min(case
            when landing.unreadable_reason is not null then 'unreadable'
            when landing.is_withdrawn then 'withdrawn'
            else 'rejected'
        end) as disposition
    from landing
    left join rejected_lines
        on landing.inbound_flow_id = rejected_lines.inbound_flow_id and landing.line_number = rejected_lines.line_number
    where
        landing.unreadable_reason is not null
        or landing.is_withdrawn
        or rejected_lines.line_number is not null
    group by landing.inbound_flow_id, landing."{{ key_column(file) }}"
),

-- by line, for beside a line that was left out another one with its id may be sound
sound_records as (
    select records.*
    from records
    anti join rejected_lines
        on records.inbound_flow_id = rejected_lines.inbound_flow_id and records.line_number = rejected_lines.line_number
    where records.sourced_id is not null
),

own_records as (
    select
        inbound_flow_id,
        sourced_id
    from sound_records
    union all
    -- the last good version stands in
    select
        held.inbound_flow_id,
        held.sourced_id
    from ({{ held_by_history(file) }}) as held
    inner join (
        select
            inbound_flow_id,
            list(sourced_id) filter (where sourced_id is not null) as ids,
            bool_or(disposition = 'unreadable' and sourced_id is null) as may_be_any
        from own_left_out
        where disposition <> 'withdrawn'
        group by inbound_flow_id
    ) as left_out on held.inbound_flow_id = left_out.inbound_flow_id
    anti join sound_records
        on held.inbound_flow_id = sound_records.inbound_flow_id and held.sourced_id = sound_records.sourced_id
    where left_out.may_be_any or list_contains(left_out.ids, held.sourced_id)
)
{%- endmacro %}

{#- The records whose parents lead back to them: inbound_flow_id, sourced_id. A record that is left out leads nowhere. -#}
{% macro cycles(parent_column) -%}
links as (
    select
        inbound_flow_id,
        sourced_id,
        "{{ parent_column }}" as parent_id
    from sound_records
    where "{{ parent_column }}" is not null
),

walks as (
    select
        inbound_flow_id,
        sourced_id as first_id,
        parent_id as reached_id
    from links
    union
    select
        walks.inbound_flow_id,
        walks.first_id,
        links.parent_id as reached_id
    from walks
    inner join links
        on walks.inbound_flow_id = links.inbound_flow_id and walks.reached_id = links.sourced_id
    where walks.first_id <> walks.reached_id
),

cycles as (
    select distinct
        inbound_flow_id,
        first_id as sourced_id
    from walks
    where first_id = reached_id
)
{%- endmacro %}
