{#-
    SELECT of the records that a rejected line stood in for in the newest run that completed, each with the last run that
    staged it: run_id, inbound_flow_id, file_name, sourced_id, last_staged_at. What was written before runs were told apart
    has no run_id, and is of that run.
-#}
{% macro records_stood_in_for() -%}
    select
        newest_completed.run_id,
        records.inbound_flow_id,
        records.file_name,
        records.sourced_id,
        records.last_staged_at
    from {{ earlier('changes', 'stood_in_record') }} as records
    inner join (
        select runs.run_id
        from {{ ref('run') }} as runs
        where starts_with(runs.status, 'completed')
        order by runs.run_at desc, runs.started_at desc
        limit 1
    ) as newest_completed on coalesce(records.run_id, newest_completed.run_id) = newest_completed.run_id
{%- endmacro %}
