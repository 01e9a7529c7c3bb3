{#-
    SELECT of the records that a rejected line stood in for in the newest run that completed, each with the last run that
    staged it: run_id, inbound_flow_id, file_name, sourced_id, last_staged_at.
-#}
{% macro records_stood_in_for() -%}
    {%- set runs = ref('run') -%}
    {%- set records = earlier('changes', 'stood_in_record') -%}
    {%- set newest_completed -%}
    (
            select runs.run_id
            from {{ runs }} as runs
            where starts_with(runs.status, 'completed')
            order by runs.run_at desc, runs.started_at desc
            limit 1
        )
    {%- endset -%}
    {%- if records is none -%}
    select
        cast(null as varchar) as run_id,
        cast(null as varchar) as inbound_flow_id,
        cast(null as varchar) as file_name,
        cast(null as varchar) as sourced_id,
        cast(null as timestamp) as last_staged_at
    where false
    {%- else -%}
    {#- written before the runs in it were told apart: then it is of the one before #}
    {%- set is_of_one_run = 'run_id' not in adapter.get_columns_in_relation(records) | map(attribute='name') -%}
    select
        {{ newest_completed if is_of_one_run else 'records.run_id' }} as run_id,
        records.inbound_flow_id,
        records.file_name,
        records.sourced_id,
        records.last_staged_at
    from {{ records }} as records
    {%- if not is_of_one_run %}
    where records.run_id = {{ newest_completed }}
    {%- endif %}
    {%- endif -%}
{%- endmacro %}
