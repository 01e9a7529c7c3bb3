{#-
    What is wrong with the lines of a file, one row per line, column, rule and bad item; of a notice, one per file. A flag is
    a column `<column>__<rule>` of one of the CTEs `flagged`; of those in `lists`, each row is an item of a list. What a flag
    costs stands in rule_in_force, and only lines with some flag set are taken apart. `left_out` is the CTE of records that
    are referred to and were left out themselves.
-#}
{% macro findings(file, flagged, lists=[], left_out='left_out', prefix='') -%}
{{ prefix }}broken as (
    {%- for flags in flagged + lists %}
    select
        inbound_flow_id,
        drop_id,
        line_number,
        flag,
        {{ 'item' if flags in lists else 'cast(null as varchar) as item' }},
        {{ 'items' if flags in lists else 'null as items' }}
    from (
        unpivot (select * exclude (has_fault) from {{ flags }} where has_fault)
        on columns('.+__.+') into name flag value is_broken
    )
    where is_broken
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- of a notice the first line is enough, and how many there are
{{ prefix }}told as (
    select
        broken.inbound_flow_id,
        broken.drop_id,
        broken.flag,
        min(broken.line_number) as line_number,
        any_value(broken.item) as item,
        any_value(broken.items) as items,
        case
            when rules.is_told_once and count(*) > 1
                then ' (' || count(*) || ' lines, the last of them line ' || max(broken.line_number) || ')'
            else ''
        end as extent
    from {{ prefix }}broken as broken
    inner join {{ ref('rule_in_force') }} as rules
        on rules.file_name = '{{ file }}' and broken.flag = rules.staging_column || '__' || rules.rule
    group by
        broken.inbound_flow_id,
        broken.drop_id,
        broken.flag,
        rules.is_told_once,
        case when not rules.is_told_once then broken.line_number end,
        case when not rules.is_told_once then broken.item end
),

{{ prefix }}findings as (
    select
        told.inbound_flow_id,
        told.line_number,
        rules.staging_column,
        rules.column_name,
        rules.rule,
        rules.severity,
        rules.effect,
        rules.also_left_out,
        told.item,
        -- of a list, the record is lost only with its last item
        coalesce(
            rules.is_list
            and told.item is not null
            and rules.effect = 'record_left_out'
            and count(distinct told.item) over (partition by told.inbound_flow_id, told.line_number, rules.staging_column)
            < told.items,
            false
        ) as is_softened,
        case
            when rules.column_name is not null then coalesce(told.item, lines.record ->> rules.column_name)
            when not rules.is_told_once then lines.record ->> '{{ key_column(file) }}'
        end as value,
        replace(
            case
                when contains(rules.problem, '{start}') then replace(rules.problem, '{start}', lines.record ->> rules.refers_to)
                when contains(rules.problem, '{unreadable_reason}')
                    then replace(rules.problem, '{unreadable_reason}', lines.record ->> 'unreadable_reason')
                when contains(rules.problem, '{date}')
                    then replace(
                        rules.problem,
                        '{date}',
                        cast({{ as_date('(lines.record ->> rules.column_name)', 'date_orders.date_order') }} as varchar)
                    )
                when contains(rules.problem, '{date_hint}')
                    then replace(rules.problem, '{date_hint}', {{ date_hint('lines.record ->> rules.column_name') }})
                else coalesce(consequences.problem, rules.problem)
            end,
            '{refers_to}', coalesce(rules.refers_to, '')
        ) || told.extent as problem,
        consequences.caused_by
    from {{ prefix }}told as told
    inner join {{ ref('rule_in_force') }} as rules
        on rules.file_name = '{{ file }}' and told.flag = rules.staging_column || '__' || rules.rule
    left join (
        select
            landing.inbound_flow_id,
            landing.line_number,
            to_json(landing) as record
        from landing
        semi join {{ prefix }}told as told
            on landing.inbound_flow_id = told.inbound_flow_id and landing.line_number = told.line_number
    ) as lines on told.inbound_flow_id = lines.inbound_flow_id and told.line_number = lines.line_number
    left join {{ ref('date_order') }} as date_orders
        on told.inbound_flow_id = date_orders.inbound_flow_id and date_orders.file_name = '{{ file }}'
    left join {{ left_out }} as targets
        on
            told.inbound_flow_id = targets.inbound_flow_id
            and rules.refers_to = targets.file_name
            and coalesce(told.item, lines.record ->> rules.column_name) = targets.sourced_id
    left join {{ ref('rule') }} as consequences
        on rules.rule = consequences.rule and targets.disposition = consequences.caused_by
)
{%- endmacro %}

{#- The records of other files that were left out themselves: inbound_flow_id, file_name, sourced_id, disposition. -#}
{% macro left_out_records(files) -%}
    {%- for file in files %}
    select
        inbound_flow_id,
        '{{ file }}' as file_name,
        sourced_id,
        min(disposition) as disposition
    from {{ ref('validation_' ~ model_name(file)) }}
    where disposition in ('rejected', 'unreadable', 'withdrawn') and sourced_id is not null
    group by inbound_flow_id, sourced_id
    {{ 'union all' if not loop.last }}
    {%- else %}
    select unnest(cast([] as struct(
        inbound_flow_id varchar, file_name varchar, sourced_id varchar, disposition varchar
    )[]), recursive := true)
    {%- endfor %}
{%- endmacro %}
