with selected_flow as (
    select * from {{ ref('selected_flow') }}
),

chosen_organization as (
    select * from {{ ref('chosen_organization') }}
),

eligible_role as (
    select * from {{ ref('eligible_role') }}
),

selected_section as (
    select * from {{ ref('selected_section') }}
),

enrollment as (
    select * from {{ ref('enrollment') }}
    where is_current
),

person_relationship as (
    select * from {{ ref('person_relationship') }}
    where is_present_in_source
),

present_users as (
    select * from {{ ref('history_oneroster__users') }}
    where dbt_valid_to is null and is_active_in_session
),

people_with_a_role as (
    select distinct
        inbound_flow_id,
        person_id
    from {{ ref('person_organization_role') }}
    where is_active_in_session
),

-- asked only where organizations are chosen: else a role somewhere is enough
enrolled as (
    select distinct
        selected_section.outbound_flow_id,
        selected_section.inbound_flow_id,
        enrollment.person_id
    from enrollment
    inner join selected_section on enrollment.section_id = selected_section.section_id
    inner join selected_flow
        on
            selected_section.outbound_flow_id = selected_flow.outbound_flow_id
            and selected_section.inbound_flow_id = selected_flow.inbound_flow_id
            and selected_flow.organizations is not null
),

-- who belongs to a chosen organization by a role there, or by a class of it
people as (
    select
        eligible_role.outbound_flow_id,
        eligible_role.inbound_flow_id,
        eligible_role.person_id,
        eligible_role.user_sourced_id
    from eligible_role
    semi join chosen_organization
        on
            eligible_role.outbound_flow_id = chosen_organization.outbound_flow_id
            and eligible_role.inbound_flow_id = chosen_organization.inbound_flow_id
            and eligible_role.organization_id = chosen_organization.organization_id
    union
    select
        eligible_role.outbound_flow_id,
        eligible_role.inbound_flow_id,
        eligible_role.person_id,
        eligible_role.user_sourced_id
    from eligible_role
    semi join enrolled
        on
            eligible_role.outbound_flow_id = enrolled.outbound_flow_id
            and eligible_role.inbound_flow_id = enrolled.inbound_flow_id
            and eligible_role.person_id = enrolled.person_id
),

contacts as (
    select distinct
        people.outbound_flow_id,
        people.inbound_flow_id,
        person_relationship.related_person_id as person_id,
        present_users.sourced_id as user_sourced_id
    from people
    inner join selected_flow
        on
            people.outbound_flow_id = selected_flow.outbound_flow_id
            and people.inbound_flow_id = selected_flow.inbound_flow_id
            and list_contains(selected_flow.optional_data, 'contacts')
    inner join person_relationship on people.person_id = person_relationship.person_id
    inner join present_users
        on
            people.inbound_flow_id = present_users.inbound_flow_id
            and person_relationship.related_person_id
            = selected_flow.source_system_id || ':' || present_users.sourced_id
    semi join eligible_role
        on
            people.outbound_flow_id = eligible_role.outbound_flow_id
            and people.person_id = eligible_role.person_id
            and eligible_role.role = 'student'
    left join people_with_a_role
        on
            people.inbound_flow_id = people_with_a_role.inbound_flow_id
            and person_relationship.related_person_id = people_with_a_role.person_id
    -- OneRoster 1.1 has no person without a role
    where selected_flow.format <> 'oneRoster11' or people_with_a_role.person_id is not null
),

final as (
    select
        people.*,
        false as is_contact
    from people
    union all
    select
        contacts.*,
        true as is_contact
    from contacts
    anti join people
        on
            contacts.outbound_flow_id = people.outbound_flow_id
            and contacts.inbound_flow_id = people.inbound_flow_id
            and contacts.person_id = people.person_id
)

select * from final
