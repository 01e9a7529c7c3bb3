with user_matching_setting_line as (
    select * from {{ ref('user_matching_setting_line') }}
    where is_in_force
),

source_system as (
    select * from {{ ref('source_system') }}
),

role_group as (
    select * from {{ ref('role_group') }}
),

ref_definition as (
    select * from {{ ref('ref_definition') }}
),

final as (
    select
        source_system.source_system_id,
        role_group.role_group_id,
        -- userIds:Badge is the type Badge of the column userIds, which needs no reference definition
        coalesce(
            identifier_type.code, regexp_replace(user_matching_setting_line.source_identifier, '^userIds:\s*', '', 'i')
        ) as source_identifier,
        user_match_target.code as match_target,
        cast(user_matching_setting_line.priority_order as integer) as priority_order,
        lower(user_matching_setting_line.domain_name) as domain_name
    from user_matching_setting_line
    inner join source_system on user_matching_setting_line.source_system_id = source_system.source_system_id
    inner join role_group on user_matching_setting_line.role_group_id = role_group.role_group_id
    inner join ref_definition as user_match_target
        on
            user_match_target.reference_type = 'RefUserMatchTarget'
            and lower(user_matching_setting_line.match_target) = lower(user_match_target.code)
    left join ref_definition as identifier_type
        on
            identifier_type.reference_type = 'RefIdentifierType'
            and lower(user_matching_setting_line.source_identifier) = lower(identifier_type.code)
)

select * from final
