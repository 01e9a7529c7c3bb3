with run as (
    select * from {{ ref('run') }}
    where status = 'running'
),

flow_window as (
    select * from {{ ref('flow_window') }}
),

orgs as (
    select * from {{ ref('history_oneroster__orgs') }}
    where dbt_valid_to is null
),

users as (
    select * from {{ ref('history_oneroster__users') }}
    where dbt_valid_to is null
),

person_organization_role as (
    select * from {{ ref('person_organization_role') }}
),

course as (
    select * from {{ ref('course') }}
),

section as (
    select * from {{ ref('section') }}
),

section_session as (
    select * from {{ ref('section_session') }}
),

enrollment as (
    select * from {{ ref('enrollment') }}
),

active_roles as (
    select * from person_organization_role
    where is_active_in_session
),

active_sections as (
    select section.*
    from section
    semi join section_session
        on
            section.section_id = section_session.section_id
            and section_session.is_active_in_session
),

active_organizations as (
    select
        inbound_flow_id,
        organization_id
    from active_roles
    union
    select
        inbound_flow_id,
        organization_id
    from course
    where is_active_in_session
    union
    select
        inbound_flow_id,
        organization_id
    from active_sections
),

active_people as (
    select distinct
        inbound_flow_id,
        person_id
    from active_roles
),

records as (
    select
        orgs.inbound_flow_id,
        'organizations' as entity,
        active_organizations.organization_id is not null as is_active
    from orgs
    inner join flow_window on orgs.inbound_flow_id = flow_window.inbound_flow_id
    left join active_organizations
        on
            orgs.inbound_flow_id = active_organizations.inbound_flow_id
            and flow_window.source_system_id || ':' || orgs.sourced_id = active_organizations.organization_id
    union all
    select
        users.inbound_flow_id,
        'people' as entity,
        active_people.person_id is not null as is_active
    from users
    inner join flow_window on users.inbound_flow_id = flow_window.inbound_flow_id
    left join active_people
        on
            users.inbound_flow_id = active_people.inbound_flow_id
            and flow_window.source_system_id || ':' || users.sourced_id = active_people.person_id
    union all
    select
        section.inbound_flow_id,
        'groups' as entity,
        active_sections.section_id is not null as is_active
    from section
    left join active_sections on section.section_id = active_sections.section_id
    union all
    select
        inbound_flow_id,
        'memberships' as entity,
        is_active_in_session as is_active
    from enrollment
),

counted as (
    select
        inbound_flow_id,
        entity,
        count(*) filter (where is_active) as active,
        count(*) filter (where not is_active) as inactive,
        count(*) as total
    from records
    group by inbound_flow_id, entity
),

-- a flow with any history has all four rows, zeros included
flows as (
    select distinct inbound_flow_id
    from records
),

entities as (
    select unnest(['organizations', 'people', 'groups', 'memberships']) as entity
),

final as (
    select
        concat_ws(',', run.run_id, flows.inbound_flow_id, entities.entity) as entity_count_id,
        run.run_id,
        flows.inbound_flow_id,
        entities.entity,
        coalesce(counted.active, 0) as active,
        coalesce(counted.inactive, 0) as inactive,
        coalesce(counted.total, 0) as total
    from run
    cross join flows
    cross join entities
    left join counted
        on
            flows.inbound_flow_id = counted.inbound_flow_id
            and entities.entity = counted.entity
)

select * from final
