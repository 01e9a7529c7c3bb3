{#-
    What becomes of the lines of a file: one row per line with something to say about it, with its findings and with what
    is left out of it (columns of staging; the items of a list as `column: item`). All other lines are staged as they are.
-#}
{% macro verdicts(file, findings=['findings']) -%}
{%- set key = key_column(file) -%}
judged as (
    select
        inbound_flow_id,
        line_number,
        bool_or(effect = 'record_left_out' and not is_softened) as is_rejected,
        list({
            'rule': rule,
            'column_name': column_name,
            'severity': if(is_softened, 'warning', severity),
            'effect': if(is_softened, 'value_left_out', effect),
            'value': value,
            'problem': problem,
            'caused_by': caused_by
        } order by column_name, rule, value) as findings,
        flatten(list(case
            when item is not null then [staging_column || ': ' || item]
            when also_left_out is not null then [staging_column, also_left_out]
            else [staging_column]
        end) filter (where is_softened or effect = 'value_left_out')) as left_out
    from (
        {%- for name in findings %}
        select * from {{ name }}
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    )
    group by inbound_flow_id, line_number
),

final as (
    select
        landing.inbound_flow_id,
        landing.drop_id,
        landing.line_number,
        landing."{{ key }}" as sourced_id,
        case
            when landing.unreadable_reason is not null then 'unreadable'
            when landing.is_withdrawn then 'withdrawn'
            when repeats.is_copy then 'collapsed'
            when judged.is_rejected then 'rejected'
            else 'staged'
        end as disposition,
        coalesce(judged.findings, []) as findings,
        judged.left_out
        {%- if file == 'users.csv' %},
        repeats.organizations
        {%- endif %}
    from landing
    left join repeats on landing.inbound_flow_id = repeats.inbound_flow_id and landing.line_number = repeats.line_number
    left join judged on landing.inbound_flow_id = judged.inbound_flow_id and landing.line_number = judged.line_number
    where
        landing.unreadable_reason is not null
        or landing.is_withdrawn
        or repeats.is_copy
        {%- if file == 'users.csv' %}
        or repeats.organizations is not null
        {%- endif %}
        or judged.line_number is not null
)

select * from final
{%- endmacro %}
