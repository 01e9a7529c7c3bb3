-- No flow runs while any part of the configuration is wrong: what reads the flows waits for these and their tests.
-- depends_on: {{ ref('role_group_role') }}
-- depends_on: {{ ref('user_matching_setting') }}

with inbound_flow_line as (
    select * from {{ ref('inbound_flow_line') }}
    where is_in_force
),

data_connector as (
    select * from {{ ref('data_connector') }}
),

year_time_period as (
    select * from {{ ref('year_time_period') }}
),

final as (
    select
        inbound_flow_line.inbound_flow_id,
        inbound_flow_line.display_name,
        data_connector.data_connector_id,
        data_connector.source_system_id,
        year_time_period.year_time_period_id,
        year_time_period.year_code,
        year_time_period.start_date as year_start_date,
        year_time_period.end_date as year_end_date,
        'educationRostering' as data_domain,
        case lower(inbound_flow_line.readiness_status)
            when 'notready' then 'notReady'
            else lower(inbound_flow_line.readiness_status)
        end as readiness_status,
        inbound_flow_line.effective_from as effective_at,
        inbound_flow_line.effective_until as expiration_at,
        coalesce(cast(inbound_flow_line.expected_every_days as integer), 3) as expected_every_days
    from inbound_flow_line
    inner join data_connector on inbound_flow_line.data_connector_id = data_connector.data_connector_id
    inner join year_time_period on inbound_flow_line.year_time_period_id = year_time_period.year_time_period_id
)

select * from final
