with inbound_flows as (
    select * from {{ ref('inbound_flow') }}
),

runs as (
    select * from {{ ref('run') }}
),

landed_files as (
    select * from {{ ref('landed_file') }}
),

visible_drops as (
    select
        landed_files.folder as inbound_flow_id,
        landed_files.drop_id,
        landed_files.landed_at,
        -- what cannot be opened counts as delivered, so that its drop is refused and not passed over; a manifest alone
        -- means that nothing changed, unless it announces files
        bool_or(
            coalesce(landed_files.file_name, '') <> 'manifest.csv'
            or landed_files.closed_because is not null
            or landed_files.announced_as <> 'absent'
        ) as holds_more_than_a_manifest,
        coalesce(
            bool_or(landed_files.file_name <> 'manifest.csv' and landed_files.announced_as = 'delta'), false
        ) as has_deltas
    from landed_files
    inner join runs on runs.status = 'running' and landed_files.landed_at <= runs.run_at
    group by landed_files.folder, landed_files.drop_id, landed_files.landed_at
),

-- an approved drop is used even when a newer one waits
newest_drops as (
    select
        inbound_flow_id,
        max_by(drop_id, landed_at) as newest_drop_id,
        max(landed_at) as newest_landed_at,
        max_by(drop_id, landed_at) filter (where holds_more_than_a_manifest) as newest_full_drop_id,
        max_by(drop_id, landed_at) filter (
            where list_contains({{ sql_list(var('approved_drops')) }}, inbound_flow_id || '/' || drop_id)
        ) as approved_drop_id
    from visible_drops
    group by inbound_flow_id
),

flows_that_landed as (
    select distinct inbound_flow_id
    from {{ earlier('runs', 'run_activity') }} as activities
    where drop_id is not null
),

processed_drops as (
    select
        inbound_flow_id,
        drop_id,
        max_by(drops, run_at) as drops
    from {{ ref('earlier_activity') }}
    group by inbound_flow_id, drop_id
),

newest_processed_drops as (
    select
        inbound_flow_id,
        max(drop_id) as drop_id
    from processed_drops
    group by inbound_flow_id
),

-- of each flow, why it may not run now; then why it need not
expected_flows as (
    select
        inbound_flows.inbound_flow_id,
        case
            when inbound_flows.readiness_status <> 'ready'
                then 'The flow is not ready: its readiness_status is ' || inbound_flows.readiness_status || '.'
            when
                len({{ sql_list(var('flows')) }}) > 0
                and not list_contains({{ sql_list(var('flows')) }}, inbound_flows.inbound_flow_id)
                then 'The flow is not among the flows asked for.'
            when runs.run_at < inbound_flows.effective_at
                then 'The flow is outside its window: it opens at '
                    || strftime(inbound_flows.effective_at, '%Y-%m-%d %H:%M') || ' UTC.'
            when runs.run_at >= inbound_flows.expiration_at
                then 'The flow is outside its window: it expired at '
                    || strftime(inbound_flows.expiration_at, '%Y-%m-%d %H:%M') || ' UTC.'
        end as unexpected_reason
    from inbound_flows
    inner join runs on runs.status = 'running'
),

chosen_drops as (
    select
        expected_flows.inbound_flow_id,
        expected_flows.unexpected_reason is null as is_expected,
        newest_drops.newest_landed_at,
        coalesce(newest_drops.approved_drop_id, newest_drops.newest_full_drop_id) as drop_id,
        newest_drops.newest_full_drop_id is not null or flows_that_landed.inbound_flow_id is not null as has_landed,
        newest_drops.approved_drop_id is not null as is_approved,
        case
            when expected_flows.unexpected_reason is not null then expected_flows.unexpected_reason
            when newest_drops.newest_drop_id is null
                then 'No drop has landed for the flow.'
            when newest_drops.newest_full_drop_id is null
                then 'No drop with data has landed for the flow, only a manifest.'
            when
                newest_drops.approved_drop_id is null
                and newest_drops.newest_drop_id <> newest_drops.newest_full_drop_id
                and processed_drops.drop_id is not null
                then 'The newest drop, ' || newest_drops.newest_drop_id || ', says that nothing changed since '
                    || newest_drops.newest_full_drop_id || '.'
        end as skip_reason
    from expected_flows
    left join newest_drops on expected_flows.inbound_flow_id = newest_drops.inbound_flow_id
    left join flows_that_landed on expected_flows.inbound_flow_id = flows_that_landed.inbound_flow_id
    left join processed_drops
        on
            newest_drops.inbound_flow_id = processed_drops.inbound_flow_id
            and newest_drops.newest_full_drop_id = processed_drops.drop_id
),

-- all drops of a flow that no run has used yet, from the newest on that brought no file as a delta
new_drops as (
    select
        chosen_drops.inbound_flow_id,
        list(visible_drops.drop_id order by visible_drops.drop_id) as drops,
        max(visible_drops.drop_id) filter (where not visible_drops.has_deltas) as beginning
    from chosen_drops
    inner join visible_drops
        on
            chosen_drops.inbound_flow_id = visible_drops.inbound_flow_id
            and chosen_drops.drop_id >= visible_drops.drop_id
            and visible_drops.holds_more_than_a_manifest
    left join newest_processed_drops on chosen_drops.inbound_flow_id = newest_processed_drops.inbound_flow_id
    where visible_drops.drop_id > coalesce(newest_processed_drops.drop_id, '')
    group by chosen_drops.inbound_flow_id
),

drops_with_deltas as (
    select
        inbound_flow_id,
        list(drop_id) as drops
    from visible_drops
    where has_deltas
    group by inbound_flow_id
),

laid_drops as (
    select
        chosen_drops.*,
        coalesce(
            list_filter(new_drops.drops, lambda new: new >= coalesce(new_drops.beginning, '')), -- noqa: RF02
            processed_drops.drops,
            [chosen_drops.drop_id]
        ) as drops
    from chosen_drops
    left join new_drops on chosen_drops.inbound_flow_id = new_drops.inbound_flow_id
    left join processed_drops
        on
            chosen_drops.inbound_flow_id = processed_drops.inbound_flow_id
            and chosen_drops.drop_id = processed_drops.drop_id
),

final as (
    select
        laid_drops.inbound_flow_id,
        laid_drops.drop_id,
        laid_drops.drops,
        coalesce(list_has_any(laid_drops.drops, drops_with_deltas.drops), false) as has_deltas,
        laid_drops.skip_reason is null as is_due,
        laid_drops.skip_reason,
        laid_drops.is_approved,
        laid_drops.is_expected,
        laid_drops.has_landed,
        laid_drops.newest_landed_at
    from laid_drops
    left join drops_with_deltas on laid_drops.inbound_flow_id = drops_with_deltas.inbound_flow_id
)

select * from final
