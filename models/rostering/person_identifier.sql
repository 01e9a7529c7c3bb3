with person_version as (
    select * from {{ ref('person_version') }}
),

ref_definition as (
    select * from {{ ref('ref_definition') }}
    where reference_type = 'RefIdentifierType'
),

user_ids as (
    select
        person_id,
        source_system_id,
        is_current,
        valid_from,
        seen_until,
        unnest(user_ids) as user_id
    from person_version
),

-- {Type:Id}; the type ends at the first colon
typed_user_ids as (
    select
        person_id,
        source_system_id,
        is_current,
        valid_from,
        seen_until,
        nullif(trim(regexp_extract(user_id, '^\{([^:]*):(.*)\}$', 1)), '') as identifier_type,
        nullif(trim(regexp_extract(user_id, '^\{([^:]*):(.*)\}$', 2)), '') as identifier
    from user_ids
),

items as (
    select
        person_id,
        source_system_id,
        is_current,
        valid_from,
        seen_until,
        unnest(['username', 'identifier', 'userMasterIdentifier']) as identifier_type,
        unnest([username, identifier, user_master_identifier]) as identifier
    from person_version
    union all
    select * from typed_user_ids
),

-- a known type is written in its defined spelling, any other as it came
identified as (
    select
        items.person_id,
        items.source_system_id,
        items.is_current,
        items.valid_from,
        items.seen_until,
        items.identifier,
        coalesce(ref_definition.code, items.identifier_type) as identifier_type,
        ref_definition.ref_definition_id as ref_identifier_type_id
    from items
    left join ref_definition on lower(items.identifier_type) = lower(ref_definition.code)
    where items.identifier_type is not null and items.identifier is not null
),

final as (
    select
        concat_ws(',', person_id, identifier_type, identifier) as person_identifier_id,
        source_system_id,
        person_id,
        ref_identifier_type_id,
        identifier_type,
        identifier,
        bool_or(is_current) as is_present_in_source,
        min(valid_from) as first_seen_at,
        max(seen_until) as last_seen_at
    from identified
    group by source_system_id, person_id, ref_identifier_type_id, identifier_type, identifier
)

select * from final
