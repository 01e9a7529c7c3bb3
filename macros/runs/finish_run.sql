{#-
    Ends the run: its status, and a summary in the terminal. Called at the end of every dbt command; does something only
    when that command ran the model `run`, or (dbt retry) finds a run under way.
-#}
{% macro finish_run(results) %}
    {% if execute and flags.WHICH in ['build', 'run', 'retry', 'snapshot'] %}
        {% set run_relation = api.Relation.create(database=target.database, schema='runs', identifier='run') %}
        {% set broken = [] %}
        {% set refusal = [] %}
        {% for result in results %}
            {% if result.status in ['error', 'runtime error', 'skipped']
                or (result.status == 'fail' and 'model.oneroster.validation_result' not in result.node.depends_on.nodes) %}
                {% do broken.append(result.node.name) if result.status != 'skipped' %}
                {% do broken.append('') if result.status == 'skipped' %}
                {% if result.node.name == 'run' %}
                    {% do refusal.append(result.message) %}
                {% endif %}
            {% endif %}
        {% endfor %}
        {% if refusal %}
            {{ refuse_run(run_relation, refusal[0]) }}
        {% elif load_relation(run_relation) is not none and run_query(
            "select 1 from " ~ run_relation ~ " where status = 'running'").rows | length > 0 %}
            {{ complete_run(run_relation, broken) }}
        {% endif %}
    {% endif %}
{% endmacro %}

{#- A run that was refused before it began still leaves its mark. -#}
{% macro refuse_run(run_relation, message) %}
    {% if load_relation(run_relation) is not none %}
        {% do run_query(
            "insert into " ~ run_relation ~ " (run_id, run_at, started_at, completed_at, status, blocking_error) values ('"
            ~ invocation_id ~ "', " ~ run_at() ~ ", cast(current_timestamp as timestamp), cast(current_timestamp as timestamp),"
            ~ " 'failed', '" ~ (message | replace("'", "''")) ~ "'); commit"
        ) %}
    {% endif %}
{% endmacro %}

{#- completed, completedWithWarnings or completedWithErrors by what the flows met; failed when it broke off, or when every due flow was refused. -#}
{% macro complete_run(run_relation, broken) %}
    {% set names = broken | reject('equalto', '') | unique | list %}
    {% set activities = api.Relation.create(database=target.database, schema='runs', identifier='run_activity') %}
    {% set findings = api.Relation.create(database=target.database, schema='validation', identifier='finding') %}
    {% if broken %}
        {% set outcome = "'failed'" %}
        {% set blocking_error = "'The run broke off at " ~ (names | join(', ') or 'an earlier step')
            ~ ". What it had not reached is as the last run left it.'" %}
    {% elif load_relation(activities) is none %}
        {% set outcome = "'failed'" %}
        {% set blocking_error = "'The run stopped before any flow was processed.'" %}
    {% else %}
        {% set this_run = " from " ~ activities ~ " where run_id = (select run_id from " ~ run_relation ~ " where status = 'running')" %}
        {% set all_refused = "(select count(*) filter (where status = 'failed') > 0 and count(*) filter (where starts_with(status,"
            ~ " 'completed')) = 0" ~ this_run ~ ")" %}
        {% set outcome = "case when not exists (select 1" ~ this_run ~ ") then 'failed'"
            ~ " when " ~ all_refused ~ " then 'failed'"
            ~ " when exists (select 1" ~ this_run ~ " and status in ('failed', 'completedWithErrors')) then 'completedWithErrors'"
            ~ " when exists (select 1" ~ this_run ~ " and status = 'completedWithWarnings')"
            ~ " or exists (select 1 from " ~ findings ~ ") then 'completedWithWarnings' else 'completed' end" %}
        {% set blocking_error = "case when not exists (select 1" ~ this_run ~ ") then 'The run stopped before any flow was processed.'"
            ~ " when " ~ all_refused ~ " then 'Every flow that was due was refused: ' || (select string_agg(reason, ' ' order by"
            ~ " inbound_flow_id)" ~ this_run ~ " and status = 'failed') end" %}
    {% endif %}
    {% do run_query(
        "update " ~ run_relation ~ " set status = " ~ outcome ~ ", blocking_error = " ~ blocking_error
        ~ ", completed_at = cast(current_timestamp as timestamp) where status = 'running'; commit"
    ) %}
{% endmacro %}
