with default_data_connector as (
    select * from {{ ref('default_data_connector') }}
),

final as (
    select
        data_connector_id,
        display_name,
        source_system_id,
        connector_type,
    from default_data_connector
)

select * from final
