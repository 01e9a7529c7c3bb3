{#-
    What is wrong in the seeds, as sentences: dbt counts the rows that fail a test but does not show them. For use in
    on-run-end, where the results are known.
-#}
{% macro configuration_mistakes(results) %}
    {% set mistakes = [] %}
    {% for result in results if result.status in ['fail', 'warn'] and 'configuration' in result.node.tags %}
        {% for row in run_query(result.node.compiled_code).rows %}
            {% do mistakes.append(row['message']) %}
        {% endfor %}
    {% endfor %}
    {% do return(mistakes | unique | sort) %}
{% endmacro %}

{#- Says in the terminal what is wrong in the seeds. -#}
{% macro print_configuration_mistakes(results) %}
    {% set mistakes = configuration_mistakes(results) if execute else [] %}
    {% if mistakes %}
        {{ log('The configuration is wrong, so nothing was run. Correct this and build again:', info=true) }}
        {% for mistake in mistakes %}
            {{ log('  ' ~ mistake, info=true) }}
        {% endfor %}
    {% endif %}
{% endmacro %}
