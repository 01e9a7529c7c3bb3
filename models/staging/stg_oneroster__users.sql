with codes as (
    select
        reference_type,
        lower(code) as code_key,
        code
    from {{ ref('ref_definition') }}
    where not is_disabled
),

grade_levels as (
    select map_from_entries(list((lower(code), code))) as codes
    from {{ ref('ref_definition') }}
    where reference_type = 'RefGradeLevel' and not is_disabled
),

{{ staged_lines('users.csv') }},

final as (
    select
        landed.inbound_flow_id,
        landed.sourcedId as sourced_id,
        cast(null as varchar) as status,
        cast(null as timestamp) as date_last_modified,
        {{ kept('enabledUser', as_boolean('landed."enabledUser"')) }} as enabled_user,
        {{ kept_items('orgSourcedIds') }} as org_sourced_ids,
        {{ kept('role', 'coalesce(roles.code, landed."role")') }} as role,
        {{ kept('username') }} as username,
        {{ kept_items('userIds') }} as user_ids,
        {{ kept('givenName') }} as given_name,
        {{ kept('familyName') }} as family_name,
        {{ kept('middleName') }} as middle_name,
        {{ kept('identifier') }} as identifier,
        {{ kept('email', 'lower(landed.email)') }} as email,
        {{ kept('sms') }} as sms,
        {{ kept('phone') }} as phone,
        {{ kept_items('agentSourcedIds') }} as agent_sourced_ids,
        {{ defined_items(kept_items('grades'), 'grade_levels.codes') }} as grades,
        {{ kept('userMasterIdentifier') }} as user_master_identifier,
        {{ kept('preferredGivenName') }} as preferred_given_name,
        {{ kept('preferredMiddleName') }} as preferred_middle_name,
        {{ kept('preferredFamilyName') }} as preferred_family_name,
        {{ kept('primaryOrgSourcedId') }} as primary_org_sourced_id,
        {{ kept('pronouns') }} as pronouns,
        landed.metadata
    from landed
    cross join grade_levels
    left join codes as roles
        on
            roles.reference_type = 'RefRole'
            and roles.code_key = {{ code_key('landed."role"') }}
)

select * from final
