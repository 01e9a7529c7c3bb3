with person_version as (
    select * from {{ ref('person_version') }}
),

relationships as (
    {{ present_versions(ref('history_oneroster__relationships')) }}
),

person as (
    select * from {{ ref('person') }}
),

flow_window as (
    select * from {{ ref('flow_window') }}
),

roles as (
    select * from {{ ref('history_oneroster__roles') }}
    where dbt_valid_to is null
),

ref_definition as (
    select * from {{ ref('ref_definition') }}
    where reference_type = 'RefPersonRelationship'
),

-- a person's present roles; the last ones of a person who has none left
latest_roles as (
    select
        inbound_flow_id,
        user_sourced_id,
        role
    from roles
    qualify is_active_in_session = bool_or(is_active_in_session) over (partition by inbound_flow_id, user_sourced_id)
),

standings as (
    select
        latest_roles.inbound_flow_id,
        latest_roles.user_sourced_id,
        arg_min(ref_definition.code, ref_definition.sort_index) as relationship,
        -- of two related people the one with the higher rank is the contact
        case
            when bool_or(latest_roles.role in ('parent', 'guardian', 'relative')) then 2
            when bool_or(latest_roles.role = 'student') then 0
            else 1
        end as contact_rank
    from latest_roles
    left join ref_definition on latest_roles.role = ref_definition.code
    group by latest_roles.inbound_flow_id, latest_roles.user_sourced_id
),

items as (
    select
        *,
        unnest(agent_sourced_ids) as agent_sourced_id
    from person_version
),

-- who lists whom says little about who is the child: sources list either way, or both
directed as (
    select
        items.source_system_id,
        items.inbound_flow_id,
        items.year_code,
        items.is_current,
        items.valid_from,
        items.seen_until,
        coalesce(lister.contact_rank, 1) as lister_rank,
        coalesce(agent.contact_rank, 1) as agent_rank,
        lister_rank <> agent_rank as is_decided,
        lister_rank > agent_rank as is_child_listed,
        case when is_child_listed then items.agent_sourced_id else items.sourced_id end as child_sourced_id,
        case when is_child_listed then items.sourced_id else items.agent_sourced_id end as contact_sourced_id,
        coalesce(case when is_child_listed then lister.relationship else agent.relationship end, 'other')
            as relationship
    from items
    left join standings as lister
        on
            items.inbound_flow_id = lister.inbound_flow_id
            and items.sourced_id = lister.user_sourced_id
    left join standings as agent
        on
            items.inbound_flow_id = agent.inbound_flow_id
            and items.agent_sourced_id = agent.user_sourced_id
    where items.agent_sourced_id <> items.sourced_id
),

-- School Data Sync says who is whose contact, and what
stated as (
    select
        flow_window.source_system_id,
        relationships.inbound_flow_id,
        flow_window.year_code,
        relationships.dbt_valid_to is null
        and relationships.inbound_flow_id = person.inbound_flow_id
        and person.is_present_in_source as is_current,
        relationships.dbt_valid_from as valid_from,
        relationships.seen_until,
        true as is_decided,
        relationships.user_sourced_id as child_sourced_id,
        relationships.relationship_user_sourced_id as contact_sourced_id,
        relationships.relationship_role as relationship
    from relationships
    inner join flow_window on relationships.inbound_flow_id = flow_window.inbound_flow_id
    inner join person
        on
            flow_window.source_system_id = person.source_system_id
            and relationships.user_sourced_id = person.external_id
    where relationships.user_sourced_id <> relationships.relationship_user_sourced_id
),

all_related as (
    select * exclude (lister_rank, agent_rank, is_child_listed) from directed
    union all by name
    select * from stated
),

-- equals that list each other are one pair as well, kept in one of its two directions
one_way as (
    select
        *,
        first_value(child_sourced_id) over (
            partition by
                source_system_id,
                least(child_sourced_id, contact_sourced_id),
                greatest(child_sourced_id, contact_sourced_id)
            order by is_decided desc, year_code desc, child_sourced_id asc
        ) as pair_child_sourced_id
    from all_related
),

-- who is several things to a child at once is the one that comes first in the reference definitions
pairs as (
    select
        one_way.source_system_id,
        one_way.source_system_id || ':' || one_way.pair_child_sourced_id as person_id,
        one_way.source_system_id || ':' || case
            when one_way.child_sourced_id = one_way.pair_child_sourced_id then one_way.contact_sourced_id
            else one_way.child_sourced_id
        end as related_person_id,
        arg_max(
            one_way.relationship,
            row(
                one_way.is_current,
                one_way.year_code,
                one_way.valid_from,
                -coalesce(ref_definition.sort_index, 10000),
                one_way.relationship
            )
        ) filter (where one_way.child_sourced_id = one_way.pair_child_sourced_id) as relationship,
        bool_or(one_way.is_current) as is_present_in_source,
        min(one_way.valid_from) as first_seen_at,
        max(one_way.seen_until) as last_seen_at
    from one_way
    left join ref_definition on one_way.relationship = ref_definition.code
    group by one_way.source_system_id, person_id, related_person_id
),

final as (
    select
        pairs.person_id || ',' || pairs.related_person_id as person_relationship_id,
        pairs.source_system_id,
        pairs.person_id,
        pairs.related_person_id,
        ref_definition.ref_definition_id as ref_person_relationship_id,
        pairs.relationship,
        pairs.is_present_in_source,
        pairs.first_seen_at,
        pairs.last_seen_at
    from pairs
    left join ref_definition on pairs.relationship = ref_definition.code
)

select * from final
