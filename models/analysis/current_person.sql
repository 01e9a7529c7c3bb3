{{ config(post_hook=['{{ people_on() }}', '{{ people_changes() }}']) }}

-- depends_on: {{ ref('person_organization_role_period') }}
with person_organization_role as (
    select * from {{ ref('person_organization_role').include(database=false) }}
    where is_active_in_session
),

person as (
    select * from {{ ref('person').include(database=false) }}
),

organization as (
    select * from {{ ref('organization').include(database=false) }}
),

email_addresses as (
    select
        person_id,
        min_by(email_address, priority_order) as email_address
    from {{ ref('person_email_address').include(database=false) }}
    where is_present_in_source
    group by person_id
),

final as (
    select
        person_organization_role.person_organization_role_id,
        person_organization_role.source_system_id,
        person_organization_role.inbound_flow_id,
        person_organization_role.organization_id,
        organization.name as organization,
        person_organization_role.role,
        person_organization_role.grade_level,
        person_organization_role.is_primary,
        person_organization_role.person_id,
        person.surname,
        person.given_name,
        email_addresses.email_address,
        person_organization_role.first_seen_at
    from person_organization_role
    inner join person on person_organization_role.person_id = person.person_id
    left join organization on person_organization_role.organization_id = organization.organization_id
    left join email_addresses on person_organization_role.person_id = email_addresses.person_id
)

select * from final
