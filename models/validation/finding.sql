with drop_findings as (
    select * from {{ ref('drop_finding') }}
),

inbound_drops as (
    select * from {{ ref('inbound_drop') }}
),

directory_drops as (
    select * from {{ ref('directory_drop') }}
),

held_drops as (
    select * from {{ ref('held_drop') }}
),

suspicions as (
    select * from {{ ref('suspicion') }}
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
            and landing."sourcedId" = suspicions.sourced_id
    group by all
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

held_departures as (
    select * from {{ ref('held_departure') }}
),

record_findings as (
    {% for file in delivered_files() %}
    select
        inbound_flow_id,
        drop_id,
        '{{ file }}' as file_name,
        line_number,
        sourced_id,
        unnest(findings) as finding
    from {{ ref('validation_' ~ model_name(file)) }}
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
        coalesce(inbound_drops.drop_id, directory_drops.drop_id) as drop_id,
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
    left join directory_drops on held_departures.inbound_flow_id = directory_drops.inbound_flow_id
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
        finding.severity,
        finding.effect,
        finding.rule,
        finding.column_name,
        finding.value,
        finding.problem,
        finding.caused_by
    from record_findings
),

shown_findings as (
    select
        *,
        case when length(value) > 80 then value[:79] || '…' else value end as shown_value,
        concat_ws(', ', file_name, 'line ' || line_number, 'column ' || column_name) as place
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
