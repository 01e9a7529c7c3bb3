with user_flags as (
    {{ present_versions(ref('history_oneroster__user_flags')) }}
),

person as (
    select * from {{ ref('person') }}
),

flow_window as (
    select * from {{ ref('flow_window') }}
),

ref_definition as (
    select * from {{ ref('ref_definition') }}
    where reference_type = 'RefPersonFlagType'
),

flags as (
    select
        person.source_system_id,
        person.person_id,
        user_flags.flag,
        -- the latest set is of the flow that the person's values come from
        bool_or(
            user_flags.dbt_valid_to is null
            and user_flags.inbound_flow_id = person.inbound_flow_id
            and person.is_present_in_source
        ) as is_present_in_source,
        min(user_flags.dbt_valid_from) as first_seen_at,
        max(user_flags.seen_until) as last_seen_at
    from user_flags
    inner join flow_window on user_flags.inbound_flow_id = flow_window.inbound_flow_id
    inner join person
        on
            flow_window.source_system_id = person.source_system_id
            and user_flags.user_sourced_id = person.external_id
    group by person.source_system_id, person.person_id, user_flags.flag
),

final as (
    select
        flags.person_id || ',' || flags.flag as person_flag_id,
        flags.source_system_id,
        flags.person_id,
        ref_definition.ref_definition_id as ref_person_flag_type_id,
        flags.flag,
        flags.is_present_in_source,
        flags.first_seen_at,
        flags.last_seen_at
    from flags
    left join ref_definition on flags.flag = ref_definition.code
)

select * from final
