{#- A run that was killed cannot say so itself: the next run does, before it begins. -#}
{% macro close_unfinished_runs() %}
    {% if execute and adapter.get_relation(this.database, this.schema, this.identifier) is not none %}
        update {{ this }}
        set status = 'failed', blocking_error = 'The run did not finish.'
        where status = 'running'
    {% endif %}
{% endmacro %}
