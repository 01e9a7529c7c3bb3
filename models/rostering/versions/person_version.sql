with present as (
    {{ present_versions(ref('history_oneroster__users')) }}
),

person as (
    select * from {{ ref('person') }}
),

flow_window as (
    select * from {{ ref('flow_window') }}
),

final as (
    select
        person.person_id,
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
        present.seen_until
    from present
    inner join flow_window on present.inbound_flow_id = flow_window.inbound_flow_id
    inner join person
        on flow_window.source_system_id = person.source_system_id and present.sourced_id = person.external_id
)

select * from final
