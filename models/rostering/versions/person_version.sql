with users as (
    select * from {{ ref('history_oneroster__users') }}
),

person as (
    select * from {{ ref('person') }}
),

flow_window as (
    select * from {{ ref('flow_window') }}
),

processed_run as (
    select * from {{ ref('processed_run') }}
),

-- the version that turned a record absent knows when the one before it was last seen
versions as (
    select
        *,
        lead(last_seen_at) over (partition by inbound_flow_id, sourced_id order by dbt_valid_from) as last_staged_at
    from users
),

present as (
    select * from versions
    where is_active_in_session
),

final as (
    select
        flow_window.source_system_id || ':' || present.sourced_id as person_id,
        present.inbound_flow_id,
        present.sourced_id,
        flow_window.source_system_id,
        flow_window.year_code,
        present.username,
        present.identifier,
        present.user_master_identifier,
        present.user_ids,
        present.email,
        present.sms,
        present.phone,
        present.agent_sourced_ids,
        -- lists follow the flow that the person's values come from
        present.dbt_valid_to is null and present.inbound_flow_id = person.inbound_flow_id as is_current,
        present.dbt_valid_from as valid_from,
        present.dbt_valid_to as valid_to,
        greatest(present.dbt_valid_from, coalesce(present.last_staged_at, processed_run.run_at)) as seen_until
    from present
    inner join flow_window on present.inbound_flow_id = flow_window.inbound_flow_id
    inner join person on flow_window.source_system_id || ':' || present.sourced_id = person.person_id
    asof left join processed_run
        on
            present.inbound_flow_id = processed_run.inbound_flow_id
            and coalesce(present.dbt_valid_to, cast('infinity' as timestamp)) > processed_run.run_at
)

select * from final
