with users as (
    select * from {{ ref('history_oneroster__users') }}
    where dbt_valid_to is null
),

flow_window as (
    select * from {{ ref('flow_window') }}
),

-- one row per flow that knows the person
records as (
    select
        users.sourced_id,
        users.inbound_flow_id,
        flow_window.source_system_id,
        flow_window.year_code,
        flow_window.opens_at,
        users.family_name,
        users.given_name,
        users.middle_name,
        users.preferred_family_name,
        users.preferred_given_name,
        users.preferred_middle_name,
        users.pronouns,
        users.enabled_user,
        users.is_active_in_session as is_present,
        users.first_seen_at,
        coalesce(users.last_seen_at, greatest(users.dbt_valid_from, flow_window.last_processed_at)) as last_seen_at
    from users
    inner join flow_window on users.inbound_flow_id = flow_window.inbound_flow_id
),

-- values from the newest year that has the person present, else from the newest year
latest as (
    select
        * exclude (is_present, first_seen_at, last_seen_at),
        min(first_seen_at) over (partition by source_system_id, sourced_id) as first_seen_at,
        max(last_seen_at) over (partition by source_system_id, sourced_id) as last_seen_at,
        bool_or(is_present) over (partition by source_system_id, sourced_id) as is_present_in_source
    from records
    qualify
        row_number() over (
            partition by source_system_id, sourced_id
            order by is_present desc, year_code desc, opens_at desc, inbound_flow_id desc
        ) = 1
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
    from latest
)

select * from final
