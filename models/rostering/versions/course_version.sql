with present as (
    {{ present_versions(ref('history_oneroster__courses')) }}
),

flow_window as (
    select * from {{ ref('flow_window') }}
),

final as (
    select
        present.inbound_flow_id || ':' || present.sourced_id as course_id,
        present.inbound_flow_id,
        flow_window.source_system_id,
        present.grades,
        present.subjects,
        present.subject_codes,
        present.dbt_valid_to is null as is_current,
        present.dbt_valid_from as valid_from,
        present.dbt_valid_to as valid_to,
        present.seen_until
    from present
    inner join flow_window on present.inbound_flow_id = flow_window.inbound_flow_id
)

select * from final
