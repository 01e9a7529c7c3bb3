with default_role_group as (
    select * from {{ ref('default_role_group') }}
),

final as (
    select
        role_group_id,
        display_name,
    from default_role_group
)

select * from final
