with run as (
    select * from {{ ref('run') }}
    where status = 'running'
),

active_role as (
    select * from {{ ref('person_organization_role') }}
    where is_active_in_session
),

role_group_role as (
    select * from {{ ref('role_group_role') }}
),

person_match as (
    select * from {{ ref('person_match') }}
),

-- a person counts once for a role, whatever the organizations in which they have it
people as (
    select distinct
        active_role.inbound_flow_id,
        role_group_role.role_code,
        active_role.person_id
    from active_role
    inner join role_group_role on active_role.role = role_group_role.role_code
),

final as (
    select
        concat_ws(',', run.run_id, people.inbound_flow_id, people.role_code) as role_count_id,
        run.run_id,
        people.inbound_flow_id,
        people.role_code,
        count(*) filter (where person_match.match_status = 'matched') as matched,
        count(*) filter (where person_match.match_status <> 'matched') as unmatched
    from people
    inner join person_match on people.person_id = person_match.person_id
    cross join run
    group by run.run_id, people.inbound_flow_id, people.role_code
)

select * from final
