with landing as (
    select * from {{ ref('landing_oneroster__users') }}
),

orgs as (
    {{ reference_targets('orgs.csv') }}
),

delivered_users as (
    {{ landed_lines('users.csv') }}
),

delivered_roles as (
    {{ landed_lines('roles.csv') }}
),

-- parents, guardians and relatives, who may have no user name
landed_roles as (
    select
        inbound_flow_id,
        sourcedId as sourced_id,
        role
    from delivered_users
    where oneroster_version = '1.1'
    union all
    select
        inbound_flow_id,
        userSourcedId as sourced_id,
        role
    from delivered_roles
),

contacts as (
    select
        inbound_flow_id,
        sourced_id
    from landed_roles
    where sourced_id is not null
    group by inbound_flow_id, sourced_id
    having bool_and(coalesce(lower(role) in ('parent', 'guardian', 'relative'), false))
),

{{ judged_records('users.csv') }}

select * from judged
