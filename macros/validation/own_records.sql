{#- The records of the file itself that others of it may name, as far as lines have been judged. -#}
{% macro own_records(file) -%}
left_out_lines as (
    select
        records.inbound_flow_id,
        records.line_number,
        records.sourced_id,
        coalesce(records.disposition, 'rejected') as disposition
    from records
    where
        records.disposition is not null
        or (records.inbound_flow_id, records.line_number) in (
            select
                costly_columns.inbound_flow_id,
                costly_columns.line_number
            from ({{ costly_columns(file) }}) as costly_columns
        )
),

-- by line, for beside a line that was left out another one with its id may be sound
sound_records as (
    select records.*
    from records
    anti join left_out_lines
        on records.inbound_flow_id = left_out_lines.inbound_flow_id and records.line_number = left_out_lines.line_number
    where records.sourced_id is not null
),

own_records as (
    select
        inbound_flow_id,
        sourced_id
    from sound_records
    union all
    {{ stood_in(file, 'left_out_lines') }}
    union all
    {{ unnamed_records(file, 'landing') }}
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
