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

directory_drops as (
    select * from {{ ref('inbound_file') }}
    where inbound_flow_id = 'directory'
),

findings as (
    select *
    from {{ ref('finding') }}
    where inbound_flow_id = 'directory'
),

finding_counts as (
    select
        count(*) filter (where severity in ('catastrophic', 'error')) as errors,
        count(*) filter (where severity = 'warning') as warnings,
        count(*) filter (where severity = 'notice') as notices,
        first(message order by line_number, column_name) filter (where severity = 'catastrophic') as refusal
    from findings
),

final as (
    select
        current_run.run_id,
        'directory' as inbound_flow_id,
        directory_drops.drop_id,
        case
            when finding_counts.refusal is not null then 'failed'
            when directory_drops.drop_id is null then 'skipped'
            when finding_counts.errors > 0 then 'completedWithErrors'
            when finding_counts.warnings > 0 then 'completedWithWarnings'
            else 'completed'
        end as status,
        case
            when finding_counts.refusal is not null then finding_counts.refusal
            when directory_drops.drop_id is null then 'No users of the directory have landed.'
        end as reason,
        finding_counts.errors,
        finding_counts.warnings,
        finding_counts.notices
    from current_run
    cross join finding_counts
    left join directory_drops on true
)

select * from final
