with courses as (
    select * from {{ ref('history_oneroster__courses') }}
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
    from courses
),

present as (
    select * from versions
    where is_active_in_session
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
        greatest(present.dbt_valid_from, coalesce(present.last_staged_at, processed_run.run_at)) as seen_until
    from present
    inner join flow_window on present.inbound_flow_id = flow_window.inbound_flow_id
    asof left join processed_run
        on
            present.inbound_flow_id = processed_run.inbound_flow_id
            and coalesce(present.dbt_valid_to, cast('infinity' as timestamp)) > processed_run.run_at
)

select * from final
