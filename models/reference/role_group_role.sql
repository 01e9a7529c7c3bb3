with default_role_group_role as (
    select * from {{ ref('default_role_group_role') }}
),

final as (
    select
        role_group_id,
        role_code,
        'RefRole-' || role_code as ref_role_id,
    from default_role_group_role
)

select * from final
