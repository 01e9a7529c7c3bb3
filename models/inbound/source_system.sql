with default_source_system as (
    select * from {{ ref('default_source_system') }}
),

final as (
    select
        source_system_id,
        display_name,
        vendor,
    from default_source_system
)

select * from final
