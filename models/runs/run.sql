{{ config(
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='append_new_columns'
) }}

{{ refuse_earlier_run_at() }}
{%- set project = env_var('ONEROSTER_PROJECT', '') if execute %}
{%- set project = "'" ~ quoted(project) ~ "'" if project else 'cast(null as varchar)' %}

with final as (
    select
        '{{ invocation_id }}' as run_id,
        {{ run_at() }} as run_at,
        cast(current_timestamp as timestamp) as started_at,
        cast(null as timestamp) as completed_at,
        'running' as status,
        cast(null as varchar) as blocking_error,
        {{ project }} as project
)

select * from final
