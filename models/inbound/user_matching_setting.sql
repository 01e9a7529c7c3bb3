with default_user_matching_setting as (
    select * from {{ ref('default_user_matching_setting') }}
),

final as (
    select
        source_system_id,
        role_group_id,
        source_identifier,
        match_target,
        cast(priority_order as integer) as priority_order,
        domain_name,
    from default_user_matching_setting
)

select * from final
