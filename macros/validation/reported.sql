{#-
    What a rule's generic test reports: the findings of the newest run. The record's fate was decided upstream, by
    `judged_records`; the test depends on a table that nothing else reads, so that it blocks nothing.
-#}
{% macro reported(rule, model, column_name=none, only_for=none) -%}
    {%- set file = file_of(model.identifier) if execute else '' %}
    select
        results.line_number,
        results.sourced_id,
        results.value,
        results.message
    from {{ ref('validation_result') }} as results
    where
        results.run_id = (
            select runs.run_id from {{ ref('run') }} as runs
            order by runs.run_at desc, runs.started_at desc
            limit 1
        )
        and results.rule = '{{ rule }}'
        and results.file_name = '{{ file.split('/')[-1] }}'
        and results.inbound_flow_id {{ '=' if file == directory_file() else '<>' }} 'directory'
        {%- if column_name %}
        and results.column_name = '{{ file_column_of(file, column_name) if execute }}'
        {%- endif %}
        {%- if rule == 'required' %}
        and results.severity = '{{ "error" if config.get("severity", "error") | lower == "error" else "warning" }}'
        {%- endif %}
{%- endmacro %}

{% macro file_column_of(file, column) %}
    {% for candidate in file_columns(file) if staging_column(candidate.name) == column %}
        {% do return(candidate.name) %}
    {% endfor %}
{% endmacro %}
