with drop_findings as (
    select * from {{ ref('drop_finding') }}
),

held_drops as (
    select * from {{ ref('held_drop') }}
),

directory_files as (
    select * from {{ ref('inbound_file') }}
    where inbound_flow_id = 'directory'
),

inbound_drops as (
    select * from {{ ref('inbound_drop') }}
),

date_orders as (
    select * from {{ ref('date_order') }}
),

held_departures as (
    select * from {{ ref('held_departure') }}
),

suspicions as (
    select * from {{ ref('suspicion') }}
),

rules as (
    select * from {{ ref('rule_in_force') }}
),

consequences as (
    select * from {{ ref('rule') }}
    where caused_by is not null
),

broken_rules as (
    {% for file in delivered_files() %}
    select
        lines.inbound_flow_id,
        lines.drop_id,
        '{{ file }}' as file_name,
        lines.line_number,
        lines.sourced_id,
        {{ file_format('landing.oneroster_version') }} as file_format,
        to_json(landing) as record, -- noqa: RF02
        unnest(lines.findings, recursive := true) -- noqa: AL03
    from {{ ref('validation_' ~ model_name(file)) }} as lines
    inner join {{ ref('landing_' ~ model_name(file)) }} as landing
        on lines.inbound_flow_id = landing.inbound_flow_id and lines.line_number = landing.line_number
    where len(lines.findings) > 0
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- what a reference may have meant
left_out_records as (
    select
        inbound_flow_id,
        file_name,
        sourced_id,
        min(disposition) as disposition
    from (
        {% for file in delivered_files() %}
        select
            inbound_flow_id,
            '{{ file }}' as file_name,
            sourced_id,
            disposition
        from {{ ref('validation_' ~ model_name(file)) }}
        {{ 'union all' if not loop.last }}
        {% endfor %}
    )
    where disposition in ('rejected', 'unreadable', 'withdrawn') and sourced_id is not null
    group by inbound_flow_id, file_name, sourced_id
),

weighed as (
    select
        broken_rules.inbound_flow_id,
        broken_rules.drop_id,
        broken_rules.file_name,
        broken_rules.line_number,
        broken_rules.sourced_id,
        broken_rules.rule,
        broken_rules.effect,
        broken_rules.lines,
        broken_rules.last_line_number,
        -- a list that has items left lost nothing but one of them
        if(broken_rules.effect = rules.effect, rules.severity, 'warning') as severity,
        rules.column_name,
        rules.refers_to,
        rules.problem,
        coalesce(broken_rules.item, broken_rules.record ->> rules.landed_as) as cell,
        broken_rules.record ->> rules.refers_to as start,
        broken_rules.record ->> 'unreadable_reason' as unreadable_reason
    from broken_rules
    inner join rules
        on
            broken_rules.file_format = rules.file_format
            and broken_rules.file_name = rules.file_name
            and broken_rules.staging_column = rules.staging_column
            and broken_rules.rule = rules.rule
),

record_findings as (
    select
        weighed.inbound_flow_id,
        weighed.drop_id,
        weighed.file_name,
        weighed.line_number,
        weighed.sourced_id,
        weighed.severity,
        weighed.effect,
        weighed.rule,
        weighed.column_name,
        case
            when weighed.column_name is not null then weighed.cell
            when weighed.severity <> 'notice' then weighed.sourced_id
        end as value,
        replace(
            replace(
                replace(
                    replace(
                        replace(
                            coalesce(consequences.problem, weighed.problem),
                            '{refers_to}',
                            coalesce(weighed.refers_to, '')
                        ),
                        '{start}',
                        coalesce(weighed.start, '')
                    ),
                    '{unreadable_reason}',
                    coalesce(weighed.unreadable_reason, '')
                ),
                '{date}',
                case
                    when weighed.rule = 'plain_date'
                        then cast({{ as_date('weighed.cell', 'date_orders.date_order') }} as varchar)
                    else ''
                end
            ),
            '{date_hint}',
            case when weighed.rule = 'well_formed_date' then {{ date_hint('weighed.cell') }} else '' end
        )
        || case
            when weighed.severity = 'notice' and weighed.lines > 1
                then ' (' || weighed.lines || ' lines, the last of them line '
                    || {{ line_in_file('weighed.last_line_number') }} || ')'
            else ''
        end as problem,
        consequences.caused_by
    from weighed
    left join left_out_records as targets
        on
            weighed.inbound_flow_id = targets.inbound_flow_id
            and weighed.refers_to = targets.file_name
            and weighed.cell = targets.sourced_id
    left join date_orders
        on weighed.inbound_flow_id = date_orders.inbound_flow_id and weighed.file_name = date_orders.file_name
    left join consequences on weighed.rule = consequences.rule and targets.disposition = consequences.caused_by
),

-- where the record of a suspicion stands
suspicious_lines as (
    {% for file in oneroster_files() %}
    select
        suspicions.inbound_flow_id,
        suspicions.file_name,
        suspicions.sourced_id,
        min(landing.line_number) as line_number
    from {{ ref('landing_' ~ model_name(file)) }} as landing
    inner join suspicions
        on
            landing.inbound_flow_id = suspicions.inbound_flow_id
            and suspicions.file_name = '{{ file }}'
            and landing.sourcedId = suspicions.sourced_id
    group by all
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

findings as (
    select
        inbound_flow_id,
        drop_id,
        file_name,
        line_number,
        cast(null as varchar) as sourced_id,
        severity,
        effect,
        rule,
        column_name,
        value,
        problem,
        cast(null as varchar) as caused_by
    from drop_findings
    union all
    select
        inbound_flow_id,
        drop_id,
        file_name,
        null as line_number,
        null as sourced_id,
        'catastrophic' as severity,
        'refused' as effect,
        'within_hold_limits' as rule,
        null as column_name,
        null as value,
        problem,
        null as caused_by
    from held_drops
    union all
    select
        held_departures.inbound_flow_id,
        coalesce(inbound_drops.drop_id, directory_files.drop_id) as drop_id,
        held_departures.file_name,
        held_departures.line_number,
        null as sourced_id,
        'notice' as severity,
        'none' as effect,
        'departures_told' as rule,
        null as column_name,
        null as value,
        held_departures.problem,
        null as caused_by
    from held_departures
    left join inbound_drops on held_departures.inbound_flow_id = inbound_drops.inbound_flow_id
    left join directory_files on held_departures.inbound_flow_id = directory_files.inbound_flow_id
    union all
    select
        suspicions.inbound_flow_id,
        inbound_drops.drop_id,
        suspicions.file_name,
        suspicious_lines.line_number,
        suspicions.sourced_id,
        'notice' as severity,
        'none' as effect,
        suspicions.rule,
        suspicions.column_name,
        suspicions.value,
        suspicions.problem,
        null as caused_by
    from suspicions
    inner join inbound_drops on suspicions.inbound_flow_id = inbound_drops.inbound_flow_id
    left join suspicious_lines
        on
            suspicions.inbound_flow_id = suspicious_lines.inbound_flow_id
            and suspicions.file_name = suspicious_lines.file_name
            and suspicions.sourced_id = suspicious_lines.sourced_id
    union all
    select
        inbound_flow_id,
        drop_id,
        file_name,
        line_number,
        sourced_id,
        severity,
        effect,
        rule,
        column_name,
        value,
        problem,
        caused_by
    from record_findings
),

shown_findings as (
    select
        * replace ({{ line_in_file('line_number') }} as line_number),
        case when length(value) > 80 then value[:79] || '…' else value end as shown_value,
        concat_ws(', ', file_name, 'line ' || {{ line_in_file('line_number') }}, 'column ' || column_name) as place
    from findings
),

final as (
    select
        inbound_flow_id,
        drop_id,
        string_split(file_name, '/')[-1] as file_name,
        line_number,
        sourced_id,
        severity,
        effect,
        rule,
        column_name,
        case when length(value) > 255 then value[:254] || '…' else value end as value,
        case
            when file_name is null then upper(problem[1]) || problem[2:]
            else place || ': ' || coalesce('"' || regexp_replace(shown_value, '\s+', ' ', 'g') || '": ', '') || problem
        end as message,
        caused_by
    from shown_findings
)

select * from final
