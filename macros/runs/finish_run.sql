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
        {% set mistakes = configuration_mistakes(results) %}
        {% do print_configuration_mistakes(results) %}
        {% if refusal %}
            {{ refuse_run(run_relation, refusal[0]) }}
        {% elif load_relation(run_relation) is not none and run_query(
            "select 1 from " ~ run_relation ~ " where status = 'running'").rows | length > 0 %}
            {{ add_match_findings(run_relation) if not broken }}
            {{ complete_run(run_relation, broken, mistakes) }}
        {% endif %}
    {% endif %}
{% endmacro %}

{#- A run that was refused before it began still leaves its mark. -#}
{% macro refuse_run(run_relation, message) %}
    {% if load_relation(run_relation) is not none %}
        insert into {{ run_relation }} (run_id, run_at, started_at, completed_at, status, blocking_error)
        values (
            '{{ invocation_id }}', {{ run_at() }}, cast(current_timestamp as timestamp),
            cast(current_timestamp as timestamp), 'failed', '{{ message | replace("'", "''") }}'
        )
    {% endif %}
{% endmacro %}

{#-
    Matching people comes last in a run, when the rules have long been reported. Were its findings united with the others
    before validation_result, the rules would be reported only after all else is built.
-#}
{% macro add_match_findings(run_relation) %}
    {% set results = load_relation(
        api.Relation.create(database=target.database, schema='runs', identifier='validation_result')
    ) %}
    {% set match_findings = load_relation(
        api.Relation.create(database=target.database, schema='directory_matching', identifier='match_finding')
    ) %}
    {% if results is not none and match_findings is not none %}
        insert into {{ results }} by name
        select match_findings.*
        from {{ match_findings }} as match_findings
        where match_findings.run_id in (select runs.run_id from {{ run_relation }} as runs where runs.status = 'running');
    {% endif %}
{% endmacro %}

{#- completed, completedWithWarnings or completedWithErrors by what the flows met; failed when it broke off, or when every due flow was refused. -#}
{% macro complete_run(run_relation, broken, mistakes) %}
    {% set names = broken | reject('equalto', '') | unique | list %}
    {% set activities = api.Relation.create(database=target.database, schema='runs', identifier='run_activity') %}
    {% set findings = api.Relation.create(database=target.database, schema='validation', identifier='finding') %}
    {% set match_findings = load_relation(
        api.Relation.create(database=target.database, schema='directory_matching', identifier='match_finding')
    ) %}
    {% if mistakes %}
        {% set reason = 'The configuration is wrong. ' ~ mistakes | join(' ') %}
    {% else %}
        {% set reason = 'The run broke off' ~ (' at ' ~ names | join(', ') if names else '') ~ '.' %}
    {% endif %}
    {% if broken or load_relation(activities) is none %}
    update {{ run_relation }}
    set
        status = 'failed',
        blocking_error = '{{ reason | replace("'", "''") }} What the run had not reached is as the last run left it.',
        completed_at = cast(current_timestamp as timestamp)
    where status = 'running'
    {% else %}
    update {{ run_relation }} as runs
    set
        status = case
            when outcome.refusals > 0 and outcome.completions = 0 then 'failed'
            when outcome.refusals > 0 or outcome.has_errors then 'completedWithErrors'
            when outcome.has_findings then 'completedWithWarnings'
            else 'completed'
        end,
        blocking_error = case
            when outcome.refusals > 0 and outcome.completions = 0
                then 'Every flow that was due was refused or held. ' || outcome.reasons
        end,
        completed_at = cast(current_timestamp as timestamp)
    from (
        select
            run_id,
            count(*) filter (where status = 'failed') as refusals,
            count(*) filter (where starts_with(status, 'completed')) as completions,
            -- a finding may belong to no flow: an unknown folder, the directory
            (select count(*) > 0 from {{ findings }} where severity <> 'warning') as has_errors,
            (select count(*) > 0 from {{ findings }})
            {%- if match_findings is not none %}
            or run_id in (select match_findings.run_id from {{ match_findings }} as match_findings)
            {%- endif %} as has_findings,
            string_agg(reason, ' ' order by inbound_flow_id) filter (where status = 'failed') as reasons
        from {{ activities }}
        group by run_id
    ) as outcome
    where runs.status = 'running' and runs.run_id = outcome.run_id
    {% endif %}
{% endmacro %}
