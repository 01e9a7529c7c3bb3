{%- set landed_files = ref('landed_file') -%}
{%- set runs = ref('run') -%}
{#- A manifest alone means that nothing changed, unless it announces files. -#}
{%- set lone_manifests = [] -%}
{%- if flags.WHICH in ('build', 'run') and load_relation(landed_files) is not none -%}
    {%- set lone_manifests = run_query(
        "select landed.folder, landed.drop_id, landed.landed_at, max(landed.path) as path from " ~ landed_files ~ " as landed"
        ~ " inner join " ~ runs ~ " as runs on runs.status = 'running' and landed.landed_at <= runs.run_at"
        ~ " group by landed.folder, landed.drop_id, landed.landed_at"
        ~ " having bool_and(landed.file_name is not distinct from 'manifest.csv' and landed.closed_because is null)"
    ).rows -%}
{%- endif -%}
with inbound_flows as (
    select * from {{ ref('inbound_flow') }}
),

runs as (
    select * from {{ ref('run') }}
),

landed_files as (
    select * from {{ ref('landed_file') }}
),

-- what cannot be opened counts as delivered, so that its drop is refused and not passed over
delivered_files as (
    select
        folder,
        drop_id,
        landed_at,
        coalesce(file_name, '') <> 'manifest.csv' or closed_because is not null as is_data
    from landed_files
    {%- for manifest in lone_manifests %}
    union all
    select
        '{{ manifest.folder | replace("'", "''") }}' as folder,
        '{{ manifest.drop_id }}' as drop_id,
        cast('{{ manifest.landed_at }}' as timestamp) as landed_at,
        bool_or(starts_with({{ csv_cells('line') }}[1], 'file.') and lower({{ trimmed(csv_cells('line') ~ '[2]') }}) <> 'absent') as is_data
    from ({{ csv_lines(manifest.path) }})
    where {{ is_complete_line('line') }}
    {%- endfor %}
),

visible_drops as (
    select
        delivered_files.folder as inbound_flow_id,
        delivered_files.drop_id,
        delivered_files.landed_at,
        bool_or(delivered_files.is_data) as holds_more_than_a_manifest
    from delivered_files
    inner join runs on runs.status = 'running' and delivered_files.landed_at <= runs.run_at
    group by delivered_files.folder, delivered_files.drop_id, delivered_files.landed_at
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
    select distinct
        inbound_flow_id,
        drop_id
    from {{ ref('earlier_activity') }}
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

final as (
    select
        inbound_flow_id,
        drop_id,
        skip_reason is null as is_due,
        skip_reason,
        is_approved,
        is_expected,
        has_landed,
        newest_landed_at
    from chosen_drops
)

select * from final
