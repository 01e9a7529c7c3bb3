{#-
    A run that was killed cannot say so itself: the next command that writes does, before it begins. DuckDB lets in one
    writer, so no other run can be under way; from here on the one that is `running` is that of this command.
-#}
{% macro close_unfinished_runs() %}
    {% set runs = earlier_relation('runs', 'run') %}
    {% if runs is not none and flags.WHICH in ['build', 'run', 'snapshot'] %}
        update {{ runs }}
        set status = 'failed', blocking_error = 'The run did not finish.'
        where status = 'running'
    {% endif %}
{% endmacro %}
