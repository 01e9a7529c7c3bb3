-- Written by `make models` from seeds/catalogue, which is the place to change it.
with landing as not materialized (
    select * from {{ ref('landing_oneroster__users') }}
),

verdicts as not materialized (
    select * from {{ ref('validation_oneroster__users') }}
),

ref_role as not materialized (
    select
        spelling,
        code
    from {{ ref('code_spelling') }}
    where reference_type = 'RefRole'
),

ref_grade_level as not materialized (
    select map_from_entries(list((spelling, code))) as codes
    from {{ ref('code_spelling') }}
    where reference_type = 'RefGradeLevel'
),

final as (
    select
        landing.inbound_flow_id,
        landing.sourcedId as sourced_id,
        case when landing.is_delta then lower(landing.status) end as status,
        case when landing.is_delta then {{ as_instant('landing.dateLastModified') }} end as date_last_modified,
        {{ kept('enabled_user', as_boolean('landing.enabledUser')) }} as enabled_user,
        {{ kept_items('org_sourced_ids', 'coalesce(verdicts.organizations, landing.orgSourcedIds)') }}
            as org_sourced_ids,
        {{ kept('role', 'coalesce(ref_role.code, landing.role)') }} as role,
        {{ kept('username', in_one_line('landing.username')) }} as username,
        {{ kept_items('user_ids', 'landing.userIds') }} as user_ids,
        {{ kept('given_name', in_one_line('landing.givenName')) }} as given_name,
        {{ kept('family_name', in_one_line('landing.familyName')) }} as family_name,
        {{ kept('middle_name', in_one_line('landing.middleName')) }} as middle_name,
        {{ kept('identifier', in_one_line('landing.identifier')) }} as identifier,
        {{ kept('email', 'lower(landing.email)') }} as email,
        {{ kept('sms', in_one_line('landing.sms')) }} as sms,
        {{ kept('phone', in_one_line('landing.phone')) }} as phone,
        {{ kept_items('agent_sourced_ids', 'landing.agentSourcedIds') }} as agent_sourced_ids,
        {{ spelt_items(kept_items('grades', 'landing.grades'), 'ref_grade_level.codes') }} as grades,
        {{ kept('user_master_identifier', in_one_line('landing.userMasterIdentifier')) }} as user_master_identifier,
        {{ kept('preferred_given_name', in_one_line('landing.preferredGivenName')) }} as preferred_given_name,
        {{ kept('preferred_middle_name', in_one_line('landing.preferredMiddleName')) }} as preferred_middle_name,
        {{ kept('preferred_family_name', in_one_line('landing.preferredFamilyName')) }} as preferred_family_name,
        {{ kept('primary_org_sourced_id', 'landing.primaryOrgSourcedId') }} as primary_org_sourced_id,
        {{ kept('pronouns', in_one_line('landing.pronouns')) }} as pronouns,
        landing.metadata
    from landing
    left join verdicts
        on landing.inbound_flow_id = verdicts.inbound_flow_id and landing.line_number = verdicts.line_number
    left join ref_role on ref_role.spelling = lower(landing.role)
    cross join ref_grade_level
    where coalesce(verdicts.disposition, 'staged') = 'staged'
)

select * from final
