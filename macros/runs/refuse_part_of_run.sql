{#-
    What a run leaves to later ones, history first of all, is written by nothing but a run. A command that does not begin one
    (dbt snapshot, dbt retry of a run that failed) would write what no run answers for, or nothing at all without a word.
-#}
{% macro refuse_part_of_run() %}
    {% set parts = [] %}
    {% if execute and flags.WHICH in ['build', 'run', 'snapshot'] and not selected_resources %}
        {#- dbt retry, which goes by the name of the command that it retries and does not say what of it -#}
        {% set runs = earlier_relation('runs', 'run') %}
        {% if runs is not none and 'failed' in run_query(
            "select status from " ~ runs ~ " order by run_at desc, started_at desc limit 1").columns[0].values() %}
            {% do parts.append('what the failed run had not reached') %}
        {% endif %}
    {% elif execute and flags.WHICH in ['build', 'run', 'snapshot'] and 'model.oneroster.run' not in selected_resources %}
        {% for node in graph.nodes.values() if node.unique_id in selected_resources %}
            {% if node.resource_type == 'snapshot'
                or (node.resource_type == 'model' and node.fqn[1] in ['changes', 'runs']) %}
                {% do parts.append(node.name) %}
            {% endif %}
        {% endfor %}
    {% endif %}
    {% if parts %}
        {{ exceptions.raise_compiler_error(
            "This is a part of a run without its beginning (" ~ parts | sort | join(', ') ~ "), and only the command that "
            ~ "begins a run can end it. Nothing was changed. Use `dbt build`, or `make build`, for the whole run."
        ) }}
    {% endif %}
{% endmacro %}
