with lines as (
    {{ seed_lines('inbound_flow', 'inbound', key=['inbound_flow_id'], removed_with='data_connector_id') }}
),

final as (
    select
        *,
        try_cast(effective_at as timestamptz) at time zone 'UTC' as effective_from,
        try_cast(expiration_at as timestamptz) at time zone 'UTC'
        -- a bare date is the last day the flow may run
        + case when length(expiration_at) = 10 then interval 1 day else interval 0 day end as effective_until
    from lines
)

select * from final
