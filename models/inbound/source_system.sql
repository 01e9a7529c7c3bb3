with source_system_line as (
    select * from {{ ref('source_system_line') }}
    where is_in_force
),

final as (
    select
        source_system_id,
        display_name,
        vendor
    from source_system_line
)

select * from final
