with role_types as (
    select
        lower(code) as code_key,
        code
    from {{ ref('ref_definition') }}
    where reference_type = 'RefRoleType' and not is_disabled
),

roles as (
    select
        lower(code) as code_key,
        code
    from {{ ref('ref_definition') }}
    where reference_type = 'RefRole' and not is_disabled
),

users as (
    select * from {{ ref('stg_oneroster__users') }}
),

{{ staged_lines('roles.csv') }},

delivered as (
    select
        landed.inbound_flow_id,
        landed.sourcedId as sourced_id,
        cast(null as varchar) as status,
        cast(null as timestamp) as date_last_modified,
        {{ kept('userSourcedId') }} as user_sourced_id,
        {{ kept('roleType', 'coalesce(role_types.code, landed."roleType")') }} as role_type,
        {{ kept('role', 'coalesce(roles.code, landed."role")') }} as role,
        {{ kept('beginDate', as_date('landed."beginDate"')) }} as begin_date,
        {{ kept('endDate', as_date('landed."endDate"')) }} as end_date,
        {{ kept('orgSourcedId') }} as org_sourced_id,
        {{ kept('userProfileSourcedId') }} as user_profile_sourced_id,
        cast(null as varchar) as grade,
        landed.metadata
    from landed
    left join role_types on role_types.code_key = {{ code_key('landed."roleType"') }}
    left join roles on roles.code_key = {{ code_key('landed."role"') }}
),

-- a user of OneRoster 1.1 has one role, in each of the user's organizations
user_organizations as (
    select
        *,
        unnest(list_distinct(org_sourced_ids)) as org_sourced_id
    from users
    where role is not null
),

derived as (
    select
        inbound_flow_id,
        concat_ws('|', sourced_id, org_sourced_id, role) as sourced_id,
        cast(null as varchar) as status,
        cast(null as timestamp) as date_last_modified,
        sourced_id as user_sourced_id,
        cast(null as varchar) as role_type,
        role,
        cast(null as date) as begin_date,
        cast(null as date) as end_date,
        org_sourced_id,
        cast(null as varchar) as user_profile_sourced_id,
        case when len(grades) = 1 then grades[1] end as grade,
        cast(null as map(varchar, varchar)) as metadata -- noqa: LT01
    from user_organizations
),

final as (
    select * from delivered
    union all
    select * from derived
)

select * from final
