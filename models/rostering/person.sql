with newest as (
    {{ newest_records(ref('history_oneroster__users')) }}
),

final as (
    select
        source_system_id || ':' || sourced_id as person_id,
        source_system_id,
        inbound_flow_id,
        sourced_id as external_id,
        family_name as surname,
        given_name,
        middle_name,
        preferred_family_name as preferred_surname,
        preferred_given_name,
        preferred_middle_name,
        pronouns,
        enabled_user as is_enabled,
        is_present_in_source,
        first_seen_at,
        last_seen_at
    from newest
)

select * from final
