with eligible_role as (
    select * from {{ ref('eligible_role') }}
),

selected_person as (
    select * from {{ ref('selected_person') }}
),

person_organization_role as (
    select * from {{ ref('person_organization_role') }}
    where is_active_in_session
),

final as (
    select
        eligible_role.*,
        false as is_contact
    from eligible_role
    semi join selected_person
        on
            eligible_role.outbound_flow_id = selected_person.outbound_flow_id
            and eligible_role.inbound_flow_id = selected_person.inbound_flow_id
            and eligible_role.person_id = selected_person.person_id
            and not selected_person.is_contact
    union all by name
    select
        selected_person.outbound_flow_id,
        person_organization_role.inbound_flow_id,
        person_organization_role.person_organization_role_id,
        person_organization_role.external_id as sourced_id,
        person_organization_role.person_id,
        selected_person.user_sourced_id,
        person_organization_role.organization_id,
        substr(person_organization_role.organization_id, length(person_organization_role.source_system_id) + 2)
            as organization_sourced_id,
        person_organization_role.role,
        true as is_contact
    from selected_person
    inner join person_organization_role
        on
            selected_person.inbound_flow_id = person_organization_role.inbound_flow_id
            and selected_person.person_id = person_organization_role.person_id
            and selected_person.is_contact
)

select * from final
