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
        told.inbound_flow_id,
        told.drop_id,
        told.finding.file_name,
        cast(null as bigint) as line_number,
        told.finding.column_name,
        cast(null as varchar) as value,
        'plain_answer' as rule,
        'notice' as severity,
        told.finding.problem || '.' as problem
    from told
)

select * from final
