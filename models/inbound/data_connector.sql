with data_connector_line as (
    select * from {{ ref('data_connector_line') }}
    where is_in_force
),

source_system as (
    select * from {{ ref('source_system') }}
),

final as (
    select
        data_connector_line.data_connector_id,
        data_connector_line.display_name,
        source_system.source_system_id,
        lower(data_connector_line.connector_type) as connector_type
    from data_connector_line
    inner join source_system on data_connector_line.source_system_id = source_system.source_system_id
)

select * from final
