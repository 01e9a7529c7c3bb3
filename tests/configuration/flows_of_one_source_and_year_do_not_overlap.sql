{{ config(tags=['configuration']) }}

with inbound_flow as (
    select * from {{ ref('inbound_flow') }}
    where readiness_status = 'ready'
),

inbound_flow_line as (
    select * from {{ ref('inbound_flow_line') }}
    where is_in_force
)

select
    inbound_flow_line.place || ': the flow overlaps ' || other_line.place || ', a flow of the same source system ('
    || inbound_flow.source_system_id || ') and year (' || inbound_flow.year_code || '). Let one expire before the '
    || 'other becomes effective, or set the readiness_status of one to disabled.' as message
from inbound_flow
inner join inbound_flow as other_flow
    on
        inbound_flow.source_system_id = other_flow.source_system_id
        and inbound_flow.year_code = other_flow.year_code
        and inbound_flow.inbound_flow_id > other_flow.inbound_flow_id
        and inbound_flow.effective_at < other_flow.expiration_at
        and inbound_flow.expiration_at > other_flow.effective_at
inner join inbound_flow_line on inbound_flow.inbound_flow_id = inbound_flow_line.inbound_flow_id
inner join inbound_flow_line as other_line on other_flow.inbound_flow_id = other_line.inbound_flow_id
