{#-
    What a run leaves to later ones, history first of all, is written by nothing but a run. A command that does not begin one
    (dbt snapshot, dbt retry of a run that failed) would write what no run answers for, or nothing at all without a word.
-#}
{% macro refuse_part_of_run() %}
    {% if execute and flags.WHICH in ['build', 'run', 'snapshot', 'retry'] and 'model.oneroster.run' not in selected_resources %}
        {% set parts = [] %}
        {% for node in graph.nodes.values() if node.unique_id in selected_resources %}
            {% if node.resource_type == 'snapshot'
                or (node.resource_type == 'model' and node.fqn[1] in ['changes', 'runs']) %}
                {% do parts.append(node.name) %}
            {% endif %}
        {% endfor %}
        {% if parts %}
            {{ exceptions.raise_compiler_error(
                "This is a part of a run without its beginning (" ~ parts | sort | join(', ') ~ "), and only the command "
                ~ "that begins a run can end it. Nothing was changed. Use `dbt build`, or `make build`, for the whole run."
            ) }}
        {% endif %}
    {% endif %}
{% endmacro %}
