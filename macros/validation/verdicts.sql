{#-
    The rules that lines break: one row per line, flag and bad item. A flag is a column `<column>__<rule>`; of the CTEs in
    `lists`, each row is an item of a list. Of a line that is no record only `line_flags` are told, of one that is
    overtaken nothing.
-#}
{% macro broken_rules(flagged, lists=[], line_flags=[]) -%}
    {%- for flags in ([flagged] if flagged else []) + lists %}
    select
        inbound_flow_id,
        drop_id,
        oneroster_version,
        line_number,
        sourced_id,
        flag,
        {{ 'cast(null as varchar) as item' if flags == flagged else 'item' }},
        {{ 'null as items' if flags == flagged else 'items' }}
    from (unpivot {{ flags }} on columns('.+__.+') into name flag value is_broken)
    where is_broken{% if flags == flagged and line_flags %} and (disposition is null or (disposition <> 'overtaken' and flag in ('{{ line_flags | join("', '") }}'))){% endif %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- The columns of lines whose faults cost the record; a list only does with its last item. -#}
{% macro costly_columns(file, broken='broken') -%}
    select
        broken.inbound_flow_id,
        broken.line_number,
        rules.staging_column
    from {{ broken }} as broken
    inner join {{ ref('rule_in_force') }} as rules
        on
            rules.file_name = '{{ file }}'
            and rules.file_format = {{ file_format('broken.oneroster_version') }}
            and broken.flag = rules.staging_column || '__' || rules.rule
    where rules.effect = 'record_left_out'
    group by broken.inbound_flow_id, broken.line_number, rules.staging_column
    having bool_or(broken.item is null) or count(distinct broken.item) = any_value(broken.items)
{%- endmacro %}

{#-
    What becomes of the lines of a file: one row per line with something to say about it, with the rules it breaks and with
    what is left out of it (columns of staging; the items of a list as `column: item`). All other lines are staged as they
    are. What a flag costs stands in rule_in_force. Records that history holds and a line that was left out stands for are
    `stood_in`.
-#}
{% macro verdicts(file, broken='broken') -%}
costly_columns as (
    {{ costly_columns(file, broken) }}
),

-- of a notice the first line is enough, and how many there are
told as (
    select
        broken.inbound_flow_id,
        broken.drop_id,
        rules.staging_column,
        rules.rule,
        any_value(rules.also_left_out) as also_left_out,
        any_value(case
            when rules.effect = 'record_left_out' and broken.item is not null and costly_columns.line_number is null
                then 'value_left_out'
            else rules.effect
        end) as effect,
        min(broken.line_number) as line_number,
        arg_min(broken.sourced_id, broken.line_number) as sourced_id,
        arg_min(broken.item, broken.line_number) as item,
        count(*) as lines,
        max(broken.line_number) as last_line_number
    from {{ broken }} as broken
    inner join {{ ref('rule_in_force') }} as rules
        on
            rules.file_name = '{{ file }}'
            and rules.file_format = {{ file_format('broken.oneroster_version') }}
            and broken.flag = rules.staging_column || '__' || rules.rule
    left join costly_columns
        on
            broken.inbound_flow_id = costly_columns.inbound_flow_id
            and broken.line_number = costly_columns.line_number
            and rules.staging_column = costly_columns.staging_column
    group by
        broken.inbound_flow_id,
        broken.drop_id,
        rules.staging_column,
        rules.rule,
        case when rules.severity <> 'notice' then broken.line_number end,
        case when rules.severity <> 'notice' then broken.item end
),

judged as (
    select
        inbound_flow_id,
        drop_id,
        line_number,
        sourced_id,
        bool_or(effect = 'record_left_out') as is_rejected,
        list({
            'staging_column': staging_column,
            'rule': rule,
            'effect': effect,
            'item': item,
            'lines': lines,
            'last_line_number': last_line_number
        }) as findings,
        flatten(list(case
            when item is not null then [staging_column || ': ' || item]
            when also_left_out is not null then [staging_column, also_left_out]
            else [staging_column]
        end) filter (where effect = 'value_left_out')) as left_out
    from told
    group by inbound_flow_id, drop_id, line_number, sourced_id
),

-- a line may be here for a fault of its lists alone
lines as (
    select
        coalesce(flagged.inbound_flow_id, judged.inbound_flow_id) as inbound_flow_id,
        coalesce(flagged.drop_id, judged.drop_id) as drop_id,
        coalesce(flagged.line_number, judged.line_number) as line_number,
        coalesce(flagged.sourced_id, judged.sourced_id) as sourced_id,
        coalesce(flagged.disposition, case when judged.is_rejected then 'rejected' else 'staged' end) as disposition,
        coalesce(judged.findings, []) as findings,
        judged.left_out
        {%- if file == 'users.csv' %},
        flagged.organizations
        {%- endif %}
    from flagged
    full join judged on flagged.inbound_flow_id = judged.inbound_flow_id and flagged.line_number = judged.line_number
    where
        flagged.disposition is not null
        or judged.line_number is not null
        {%- if file == 'users.csv' %}
        or flagged.organizations is not null
        {%- endif %}
)
{%- endmacro %}

{#-
    The records that history holds present while a line with their id, or one whose id cannot be told, was left out of this
    drop: their last good version stands in. `lines` are those that are not staged.
-#}
{% macro stood_in(file, lines) -%}
    {%- set changed_flows = flows_of_changes(file) -%}
    {%- if earlier_relation('history', snake_case(file)) is none -%}
    {{ held_by_history(file) }}
    {%- else -%}
    select
        held.inbound_flow_id,
        held.sourced_id
    from ({{ held_by_history(file) }}) as held
    anti join (
        select
            landing.inbound_flow_id,
            landing."{{ key_column(file) }}" as sourced_id
        from landing
        anti join {{ lines }} as lines
            on
                landing.inbound_flow_id = lines.inbound_flow_id
                and landing.line_number = lines.line_number
                and lines.disposition <> 'staged'
    ) as sound on held.inbound_flow_id = sound.inbound_flow_id and held.sourced_id = sound.sourced_id
    where
        (held.inbound_flow_id, held.sourced_id) in (
            select
                lines.inbound_flow_id,
                lines.sourced_id
            from {{ lines }} as lines
            where lines.disposition in ('rejected', 'unreadable') and lines.sourced_id is not null
        )
        or held.inbound_flow_id in (
            select lines.inbound_flow_id
            from {{ lines }} as lines
            where
                lines.disposition = 'unreadable'
                and lines.sourced_id is null
                -- a delta leaves what it does not name as it is, whatever cannot be read
                and lines.inbound_flow_id not in ({{ changed_flows }})
        )
    {%- endif -%}
{%- endmacro %}

{#- The keys that history holds present: inbound_flow_id, sourced_id. -#}
{% macro held_by_history(file) -%}
    select
        inbound_flow_id,
        sourced_id
    from {{ earlier('history', snake_case(file)) }} as held
    where is_active_in_session and dbt_valid_to is null
{%- endmacro %}
