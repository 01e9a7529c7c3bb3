with outbound_flow as (
    select * from {{ ref('outbound_flow') }}
),

outbound_activity as (
    select * from {{ ref('outbound_activity') }}
    where status in ('sent', 'unconfirmed', 'held')
),

final as (
    select
        outbound_flow.outbound_flow_id,
        outbound_flow.display_name,
        coalesce(outbound_flow.format, outbound_flow.kind) as format,
        outbound_flow.readiness_status,
        outbound_activity.delivery_id,
        outbound_activity.status,
        outbound_activity.created_at,
        outbound_activity.desired,
        outbound_activity.added,
        outbound_activity.updated,
        outbound_activity.removed,
        outbound_activity.unmatched
    from outbound_flow
    left join outbound_activity on outbound_flow.outbound_flow_id = outbound_activity.outbound_flow_id
    qualify
        row_number() over (
            partition by outbound_flow.outbound_flow_id order by outbound_activity.delivery_id desc nulls last
        ) = 1
)

select * from final
