with default_data_connector as (
    select * from {{ ref('default_data_connector') }}
),

source_system_lines as (
    {{ seed_lines('source_system', 'inbound', key=['source_system_id']) }}
),

final as (
    select
        default_data_connector.data_connector_id,
        default_data_connector.source_system_id
    from default_data_connector
    inner join source_system_lines on default_data_connector.source_system_id = source_system_lines.source_system_id
    where source_system_lines.is_district and lower(source_system_lines.is_removed) = 'true'
)

select * from final
