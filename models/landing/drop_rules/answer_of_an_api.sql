with pulls as (
    select * from {{ ref('pull') }}
),

told as (
    select
        inbound_flow_id,
        drop_id,
        unnest(findings) as finding
    from pulls
),

final as (
    select
        inbound_flow_id,
        drop_id,
        finding.file_name,
        cast(null as bigint) as line_number,
        finding.column_name,
        cast(null as varchar) as value,
        'plain_answer' as rule,
        'notice' as severity,
        finding.problem || '.' as problem
    from told
)

select * from final
