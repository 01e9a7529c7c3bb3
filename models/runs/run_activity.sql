{{ config(
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='append_new_columns'
) }}

with current_run as (
    select *
    from {{ ref('run') }}
    where status = 'running'
),

inbound_drops as (
    select * from {{ ref('inbound_drop') }}
),

drop_versions as (
    select distinct
        inbound_flow_id,
        oneroster_version
    from {{ ref('inbound_file') }}
),

file_inventory as (
    select * from {{ ref('file_inventory') }}
),

findings as (
    select * from {{ ref('finding') }}
),

finding_counts as (
    select
        inbound_flow_id,
        count(*) filter (where severity in ('catastrophic', 'error')) as errors,
        count(*) filter (where severity = 'warning') as warnings,
        count(*) filter (where severity = 'notice') as notices,
        first(message order by file_name, line_number) filter (where severity = 'catastrophic') as refusal
    from findings
    group by inbound_flow_id
),

processed_files as (
    select
        inbound_flow_id,
        list(distinct file_name order by file_name) as processed_files
    from file_inventory
    where is_processed
    group by inbound_flow_id
),

final as (
    select
        current_run.run_id,
        inbound_drops.inbound_flow_id,
        inbound_drops.drop_id,
        case
            when not inbound_drops.is_due then 'skipped'
            when finding_counts.refusal is not null then 'failed'
            when finding_counts.errors > 0 then 'completedWithErrors'
            when finding_counts.warnings > 0 then 'completedWithWarnings'
            else 'completed'
        end as status,
        coalesce(inbound_drops.skip_reason, finding_counts.refusal) as reason,
        coalesce(finding_counts.errors, 0) as errors,
        coalesce(finding_counts.warnings, 0) as warnings,
        coalesce(finding_counts.notices, 0) as notices,
        drop_versions.oneroster_version,
        coalesce(processed_files.processed_files, []) as processed_files,
        inbound_drops.drops
    from inbound_drops
    cross join current_run
    left join drop_versions on inbound_drops.inbound_flow_id = drop_versions.inbound_flow_id
    left join finding_counts on inbound_drops.inbound_flow_id = finding_counts.inbound_flow_id
    left join processed_files on inbound_drops.inbound_flow_id = processed_files.inbound_flow_id
)

select * from final
