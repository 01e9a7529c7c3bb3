with desired as (
    select
        outbound_flow_id,
        kind,
        count(*) as things
    from {{ ref('desired') }}
    group by outbound_flow_id, kind
),

sent as (
    select
        outbound_flow_id,
        kind,
        count(*) as things
    from {{ ref('sent') }}
    group by outbound_flow_id, kind
),

changes as (
    select
        outbound_flow_id,
        kind,
        count(*) filter (where change = 'add') as added,
        count(*) filter (where change = 'update') as updated,
        count(*) filter (where change = 'remove') as removed
    from {{ ref('change') }}
    group by outbound_flow_id, kind
),

final as (
    select
        coalesce(desired.outbound_flow_id, sent.outbound_flow_id) as outbound_flow_id,
        coalesce(desired.kind, sent.kind) as kind,
        coalesce(sent.things, 0) as sent,
        coalesce(desired.things, 0) as desired,
        coalesce(changes.added, 0) as added,
        coalesce(changes.updated, 0) as updated,
        coalesce(changes.removed, 0) as removed,
        -- as inbound drops: a share means little of a handful
        coalesce(sent.things, 0) >= 20
        and coalesce(changes.removed, 0) > {{ var('hold_removed_share') }} * coalesce(sent.things, 0) as is_held
    from desired
    full join sent
        on desired.outbound_flow_id = sent.outbound_flow_id and desired.kind = sent.kind
    left join changes
        on
            coalesce(desired.outbound_flow_id, sent.outbound_flow_id) = changes.outbound_flow_id
            and coalesce(desired.kind, sent.kind) = changes.kind
)

select * from final
