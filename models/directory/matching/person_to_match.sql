with active_role as (
    select * from {{ ref('person_organization_role') }}
    where is_active_in_session
),

role_group_role as (
    select * from {{ ref('role_group_role') }}
),

user_matching_setting as (
    select * from {{ ref('user_matching_setting') }}
),

person_version as (
    select * from {{ ref('person_version') }}
    where is_current
),

person_groups as (
    select
        active_role.person_id,
        active_role.source_system_id,
        role_group_role.role_group_id,
        coalesce(bool_or(active_role.is_primary), false) as has_primary_role
    from active_role
    inner join role_group_role on active_role.role = role_group_role.role_code
    group by active_role.person_id, active_role.source_system_id, role_group_role.role_group_id
),

-- of people who are both staff and students
leading_groups as (
    select
        person_id,
        case
            when
                bool_or(role_group_id = 'students' and has_primary_role)
                and not bool_or(role_group_id = 'staff' and has_primary_role)
                then 'students'
            else 'staff'
        end as role_group_id
    from person_groups
    group by person_id
    having bool_or(role_group_id = 'staff') and bool_or(role_group_id = 'students')
),

-- a group that has a setting comes before one that has none
chosen as (
    select
        person_groups.person_id,
        person_groups.source_system_id,
        person_groups.role_group_id,
        user_matching_setting.source_identifier,
        user_matching_setting.match_target,
        user_matching_setting.domain_name
    from person_groups
    left join user_matching_setting
        on
            person_groups.source_system_id = user_matching_setting.source_system_id
            and person_groups.role_group_id = user_matching_setting.role_group_id
    left join leading_groups on person_groups.person_id = leading_groups.person_id
    qualify
        row_number() over (
            partition by person_groups.person_id
            order by
                user_matching_setting.role_group_id is null,
                person_groups.role_group_id is distinct from leading_groups.role_group_id,
                user_matching_setting.priority_order,
                person_groups.role_group_id
        ) = 1
),

joined as (
    select
        chosen.*,
        person_version.sourced_id,
        person_version.username,
        person_version.email,
        person_version.identifier,
        person_version.user_ids
    from chosen
    left join person_version on chosen.person_id = person_version.person_id
),

-- {Type:Id}; the type ends at the first colon
typed as (
    select
        *,
        list_transform(
            list_filter(
                user_ids,
                lambda user_id: lower(trim(regexp_extract(user_id, '^\{([^:]*):', 1))) = lower(source_identifier)
            ),
            lambda user_id: trim(regexp_extract(user_id, '^\{[^:]*:(.*)\}$', 1))
        ) as user_ids_of_type
    from joined
),

identified as (
    select
        *,
        case lower(source_identifier)
            when 'username' then [username]
            when 'email' then [email]
            when 'identifier' then [identifier]
            when 'sourcedid' then [sourced_id]
            else user_ids_of_type
        end as identifiers
    from typed
),

final as (
    select
        person_id,
        source_system_id,
        role_group_id,
        source_identifier,
        match_target,
        list_transform(
            list_filter(identifiers, lambda identifier: identifier <> ''),
            lambda identifier: lower(
                case
                    when domain_name is null or contains(identifier, '@') then identifier
                    else identifier || '@' || domain_name
                end
            )
        ) as source_values
    from identified
)

select * from final
