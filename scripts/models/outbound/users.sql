present_users as (
    select * from {{ ref('history_oneroster__users') }}
    where dbt_valid_to is null and is_active_in_session
),

selected_person as (
    select * from {{ ref('selected_person') }}
),

selected_role as (
    select * from {{ ref('selected_role') }}
),

person_relationship as (
    select * from {{ ref('person_relationship') }}
    where is_present_in_source
),

-- OneRoster 1.1 has room for one role, in as many organizations as somebody has it
roles_of_people as (
    select
        outbound_flow_id,
        inbound_flow_id,
        person_id,
        role,
        list(distinct organization_sourced_id order by organization_sourced_id) as org_sourced_ids
    from selected_role
    group by outbound_flow_id, inbound_flow_id, person_id, role
    qualify
        row_number() over (
            partition by outbound_flow_id, inbound_flow_id, person_id
            order by bool_or(coalesce(is_primary, false)) desc, min(role_rank) asc, role asc
        ) = 1
),

contacts as (
    select
        people.outbound_flow_id,
        people.inbound_flow_id,
        people.person_id,
        list(related.user_sourced_id order by related.user_sourced_id) as agent_sourced_ids
    from selected_person as people
    inner join person_relationship on people.person_id = person_relationship.person_id
    inner join selected_person as related
        on
            people.outbound_flow_id = related.outbound_flow_id
            and people.inbound_flow_id = related.inbound_flow_id
            and person_relationship.related_person_id = related.person_id
    group by people.outbound_flow_id, people.inbound_flow_id, people.person_id
),

primary_orgs as (
    select distinct
        outbound_flow_id,
        person_id,
        organization_sourced_id
    from selected_role
),

-- with no more about them than was asked for
people as (
    select
        selected_flow.outbound_flow_id,
        selected_flow.format,
        selected_flow.id_prefix,
        selected_person.person_id,
        present_users.* replace (
            if(list_contains(selected_flow.optional_data, 'phones'), present_users.sms, null) as sms,
            if(list_contains(selected_flow.optional_data, 'phones'), present_users.phone, null) as phone,
            if(list_contains(selected_flow.optional_data, 'identifiers'), present_users.user_ids, null) as user_ids,
            if(
                list_contains(selected_flow.optional_data, 'identifiers'), present_users.user_master_identifier, null
            ) as user_master_identifier
        )
    from selected_flow
    inner join selected_person
        on
            selected_flow.outbound_flow_id = selected_person.outbound_flow_id
            and selected_flow.inbound_flow_id = selected_person.inbound_flow_id
    inner join present_users
        on
            selected_person.inbound_flow_id = present_users.inbound_flow_id
            and selected_person.user_sourced_id = present_users.sourced_id
),

records as (
    select
        people.* replace (
            roles_of_people.role as role,
            roles_of_people.org_sourced_ids as org_sourced_ids,
            contacts.agent_sourced_ids as agent_sourced_ids,
            primary_orgs.organization_sourced_id as primary_org_sourced_id
        ),
        regexp_extract(
            array_to_string(people.user_ids, chr(10)), '(?m)^\{activeDirectoryMatchId:(.*)\}$', 1
        ) as active_directory_match_id,
        regexp_extract(array_to_string(people.user_ids, chr(10)), '(?m)^\{userNumber:(.*)\}$', 1) as user_number
    from people
    left join roles_of_people
        on
            people.outbound_flow_id = roles_of_people.outbound_flow_id
            and people.inbound_flow_id = roles_of_people.inbound_flow_id
            and people.person_id = roles_of_people.person_id
    left join contacts
        on
            people.outbound_flow_id = contacts.outbound_flow_id
            and people.inbound_flow_id = contacts.inbound_flow_id
            and people.person_id = contacts.person_id
    left join primary_orgs
        on
            people.outbound_flow_id = primary_orgs.outbound_flow_id
            and people.person_id = primary_orgs.person_id
            and people.primary_org_sourced_id = primary_orgs.organization_sourced_id
),
