{{ config(tags=['configuration']) }}

with inbound_flow as (
    select * from {{ ref('inbound_flow') }}
),

inbound_flow_line as (
    select * from {{ ref('inbound_flow_line') }}
    where is_in_force
)

select
    inbound_flow_line.place || ': expiration_at (' || inbound_flow_line.expiration_at || ') is after the end of the '
    || 'year ' || inbound_flow.year_time_period_id || ' (' || inbound_flow.year_end_date || '). Choose an earlier one, '
    || 'move the end_date of the year, or add a flow for the next year.' as message
from inbound_flow
inner join inbound_flow_line on inbound_flow.inbound_flow_id = inbound_flow_line.inbound_flow_id
where inbound_flow.expiration_at > inbound_flow.year_end_date + interval 1 day
