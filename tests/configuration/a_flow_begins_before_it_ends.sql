{{ config(tags=['configuration']) }}

with inbound_flow as (
    select * from {{ ref('inbound_flow') }}
),

inbound_flow_line as (
    select * from {{ ref('inbound_flow_line') }}
    where is_in_force
)

select
    inbound_flow_line.place || ': effective_at (' || inbound_flow_line.effective_at || ') is not before expiration_at ('
    || inbound_flow_line.expiration_at || '), so the flow would never run. Correct one of the two.' as message
from inbound_flow
inner join inbound_flow_line on inbound_flow.inbound_flow_id = inbound_flow_line.inbound_flow_id
where inbound_flow.effective_at >= inbound_flow.expiration_at
