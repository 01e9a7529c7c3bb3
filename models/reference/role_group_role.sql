with role_group_role_line as (
    select * from {{ ref('role_group_role_line') }}
    where is_in_force
),

role_group as (
    select * from {{ ref('role_group') }}
),

ref_definition as (
    select * from {{ ref('ref_definition') }}
    where reference_type = 'RefRole'
),

-- a line without a group takes its role out of every group
final as (
    select
        role_group.role_group_id,
        ref_definition.code as role_code,
        ref_definition.ref_definition_id as ref_role_id
    from role_group_role_line
    inner join role_group on role_group_role_line.role_group_id = role_group.role_group_id
    inner join ref_definition on lower(role_group_role_line.role_code) = lower(ref_definition.code)
)

select * from final
