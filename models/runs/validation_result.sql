{{ config(
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='append_new_columns',
    post_hook="{{ keep_newest_runs(14) }}"
) }}

with current_run as (
    select *
    from {{ ref('run') }}
    where status = 'running'
),

findings as (
    select * from {{ ref('finding') }}
),

final as (
    select
        current_run.run_id,
        findings.*
    from findings
    cross join current_run
)

select * from final
