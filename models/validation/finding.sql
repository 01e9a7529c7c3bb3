with drop_findings as (
    select * from {{ ref('drop_finding') }}
),

held_drops as (
    select * from {{ ref('held_drop') }}
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
