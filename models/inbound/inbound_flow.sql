with default_inbound_flow as (
    select * from {{ ref('default_inbound_flow') }}
),

data_connector as (
    select * from {{ ref('data_connector') }}
),

year_time_period as (
    select * from {{ ref('year_time_period') }}
),

final as (
    select
        default_inbound_flow.inbound_flow_id,
        default_inbound_flow.display_name,
        default_inbound_flow.data_connector_id,
        data_connector.source_system_id,
        default_inbound_flow.year_time_period_id,
        year_time_period.year_code,
        year_time_period.start_date as year_start_date,
        year_time_period.end_date as year_end_date,
        default_inbound_flow.data_domain,
        default_inbound_flow.readiness_status,
        cast(default_inbound_flow.effective_at as timestamp) as effective_at,
        -- a bare date is the last day the flow may run
        cast(default_inbound_flow.expiration_at as timestamp) + interval 1 day as expiration_at,
    from default_inbound_flow
    inner join data_connector on default_inbound_flow.data_connector_id = data_connector.data_connector_id
    inner join year_time_period on default_inbound_flow.year_time_period_id = year_time_period.year_time_period_id
)

select * from final
