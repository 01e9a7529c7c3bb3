{#-
    What a rule's generic test reports of a column, or of several: the findings of the newest run; with no rule, the notices of
    the file, and what cost less than its rule's test would say (an item of a list, a value that School Data Sync does not
    require). The record's fate was decided upstream; the test depends on a table that nothing else reads, so that it blocks nothing.
-#}
{% macro reported(rule, model, column_name=none, columns=none) -%}
    {%- set file = file_of(model.identifier) if execute else '' %}
    select
        results.line_number,
        results.sourced_id,
        results.value,
        results.message
    from {{ ref('validation_result') }} as results
    semi join {{ ref('rule_in_force') }} as rules
        on
            rules.file_name = '{{ file }}'
            and results.rule = rules.rule
            and results.column_name is not distinct from rules.column_name
            {%- if rule %}
            and rules.rule = '{{ rule }}'
            and list_contains({{ sql_list(columns or [column_name or 'line']) }}, rules.staging_column)
            and results.severity = rules.test_severity
            {%- else %}
            and (rules.is_notice or results.severity <> rules.test_severity)
            {%- endif %}
    where
        results.run_id = (
            select runs.run_id from {{ ref('run') }} as runs
            order by runs.run_at desc, runs.started_at desc
            limit 1
        )
        and results.file_name = '{{ file.split('/')[-1] }}'
        and results.inbound_flow_id {{ '=' if file == directory_file() else '<>' }} 'directory'
{%- endmacro %}
