with role_group_line as (
    select * from {{ ref('role_group_line') }}
    where is_in_force
),

final as (
    select
        role_group_id,
        display_name
    from role_group_line
)

select * from final
