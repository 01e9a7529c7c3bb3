with inbound_flow as (
    select * from {{ ref('inbound_flow') }}
),

processed_run as (
    select * from {{ ref('processed_run') }}
),

run as (
    select * from {{ ref('run') }}
),

-- one instant for every table of a run; a failed run changed nothing that is judged here
clock as (
    select max(run_at) as judged_at
    from run
    where status <> 'failed'
),

last_processed as (
    select
        inbound_flow_id,
        max(run_at) as last_processed_at
    from processed_run
    group by inbound_flow_id
),

windows as (
    select
        inbound_flow_id,
        source_system_id,
        year_code,
        effective_at as opens_at,
        -- the year's last day belongs to the year
        least(expiration_at, year_end_date + interval 1 day) as closes_at
    from inbound_flow
),

final as (
    select
        windows.inbound_flow_id,
        windows.source_system_id,
        windows.year_code,
        clock.judged_at,
        coalesce(clock.judged_at < windows.closes_at, false) as is_in_session,
        windows.opens_at,
        case when clock.judged_at >= windows.closes_at then windows.closes_at end as closed_at,
        last_processed.last_processed_at
    from windows
    cross join clock
    left join last_processed on windows.inbound_flow_id = last_processed.inbound_flow_id
)

select * from final
