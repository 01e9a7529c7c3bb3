-- Written by `make models` from seeds/catalogue, which is the place to change it.
with landing as not materialized (
    select * from {{ ref('landing_oneroster__roles') }}
),

verdicts as not materialized (
    select * from {{ ref('validation_oneroster__roles') }}
),

ref_role_type as not materialized (
    select
        spelling,
        code
    from {{ ref('code_spelling') }}
    where reference_type = 'RefRoleType'
),

ref_role as not materialized (
    select
        spelling,
        code
    from {{ ref('code_spelling') }}
    where reference_type = 'RefRole'
),

ref_grade_level as not materialized (
    select
        spelling,
        code
    from {{ ref('code_spelling') }}
    where reference_type = 'RefGradeLevel'
),

date_orders as not materialized (
    {{ date_orders('roles.csv') }}
),

delivered as (
    select
        landing.inbound_flow_id,
        landing.sourcedId as sourced_id,
        case when landing.is_delta then lower(landing.status) end as status,
        case when landing.is_delta then {{ as_instant('landing.dateLastModified') }} end as date_last_modified,
        {{ kept('user_sourced_id', 'landing.userSourcedId') }} as user_sourced_id,
        {{ kept('role_type', 'coalesce(ref_role_type.code, landing.roleType)') }} as role_type,
        {{ kept('role', 'coalesce(ref_role.code, landing.role)') }} as role,
        {{ kept('begin_date', as_date('landing.beginDate', 'date_orders.by_flow[landing.inbound_flow_id]')) }}
            as begin_date,
        {{ kept('end_date', as_date('landing.endDate', 'date_orders.by_flow[landing.inbound_flow_id]')) }} as end_date,
        {{ kept('org_sourced_id', 'landing.orgSourcedId') }} as org_sourced_id,
        {{ kept('user_profile_sourced_id', 'landing.userProfileSourcedId') }} as user_profile_sourced_id,
        {{ kept('session_sourced_id', 'landing.sessionSourcedId') }} as session_sourced_id,
        {{ kept('grade', 'coalesce(ref_grade_level.code, landing.grade)') }} as grade,
        landing.metadata
    from landing
    left join verdicts
        on landing.inbound_flow_id = verdicts.inbound_flow_id and landing.line_number = verdicts.line_number
    left join ref_role_type on ref_role_type.spelling = lower(landing.roleType)
    left join ref_role on ref_role.spelling = lower(landing.role)
    left join ref_grade_level on ref_grade_level.spelling = lower(landing.grade)
    cross join date_orders
    where coalesce(verdicts.disposition, 'staged') = 'staged'
)

,

-- a user of OneRoster 1.1 has one role, in each of the user's organizations
user_organizations as (
    select
        *,
        unnest(list_distinct(org_sourced_ids)) as org_sourced_id
    from {{ ref('stg_oneroster__users') }}
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
        cast(null as varchar) as session_sourced_id,
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
