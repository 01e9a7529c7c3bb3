{#-
    Ends the run: its status, and a summary in the terminal. Called at the end of every dbt command; does something only
    when that command began a run. The run is whole when all that later runs read of it was written in this command:
    history, and the memory beside it.
-#}
{% macro finish_run(results) %}
    {% if execute and flags.WHICH in ['build', 'run'] %}
        {% set run_relation = api.Relation.create(database=target.database, schema='runs', identifier='run') %}
        {% set broken = [] %}
        {% set refusal = [] %}
        {% set done = [] %}
        {% for result in results %}
            {% if result.status in ['error', 'runtime error', 'skipped']
                or (result.status == 'fail' and 'model.oneroster.validation_result' not in result.node.depends_on.nodes) %}
                {% do broken.append(result.node.name) if result.status != 'skipped' %}
                {% do broken.append('') if result.status == 'skipped' %}
                {% if result.node.name == 'run' %}
                    {% do refusal.append(result.message) %}
                {% endif %}
            {% elif result.status == 'success' %}
                {% do done.append(result.node.unique_id) %}
            {% endif %}
        {% endfor %}
        {% set needed = graph.nodes.values() | selectattr('resource_type', 'equalto', 'snapshot') | map(attribute='unique_id') | list
            + ['model.oneroster.stood_in_record', 'model.oneroster.run_activity', 'model.oneroster.directory_activity'] %}
        {% set mistakes = configuration_mistakes(results) %}
        {% do print_configuration_mistakes(results) %}
        {% if refusal %}
            {{ refuse_run(run_relation, refusal[0]) }}
        {% elif load_relation(run_relation) is not none and run_query(
            "select 1 from " ~ run_relation ~ " where run_id = '" ~ invocation_id ~ "'").rows | length > 0 %}
            {{ add_match_findings(run_relation) if not broken }}
            {{ complete_run(run_relation, broken, mistakes, needed | reject('in', done) | list | length == 0) }}
        {% endif %}
    {% endif %}
{% endmacro %}

{#- A run that was refused before it began still leaves its mark; of dbt's message, only the sentence. -#}
{% macro refuse_run(run_relation, message) %}
    {% if load_relation(run_relation) is not none and 'This run is refused' in message %}
        {% set message = modules.re.search('This run is refused[^\n]*', message).group() %}
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
        where match_findings.run_id = '{{ invocation_id }}';
    {% endif %}
{% endmacro %}

{#-
    completed, completedWithWarnings or completedWithErrors by what the flows met; failed when it broke off, was only a part
    of a run, or when no flow that was due could be used.
-#}
{% macro complete_run(run_relation, broken, mistakes, is_whole) %}
    {% set names = broken | reject('equalto', '') | unique | list %}
    {% set activities = api.Relation.create(database=target.database, schema='runs', identifier='run_activity') %}
    {% set inbound_drops = api.Relation.create(database=target.database, schema='landing', identifier='inbound_drop') %}
    {% set findings = api.Relation.create(database=target.database, schema='validation', identifier='finding') %}
    {% set match_findings = load_relation(
        api.Relation.create(database=target.database, schema='directory_matching', identifier='match_finding')
    ) %}
    {% if mistakes %}
        {% set reason = 'The configuration is wrong. ' ~ mistakes | join(' ') %}
    {% elif broken %}
        {% set reason = 'The run broke off' ~ (' at ' ~ names | join(', ') if names else '') ~ '.' %}
    {% else %}
        {% set reason = 'This was a part of a run, without all of its history: it does not count. Run the whole of it with `dbt build`.' %}
    {% endif %}
    {% if broken or not is_whole %}
    update {{ run_relation }}
    set
        status = 'failed',
        blocking_error = '{{ reason | replace("'", "''") }} What the run had not reached is as the last run left it.',
        completed_at = cast(current_timestamp as timestamp)
    where run_id = '{{ invocation_id }}'
    {% else %}
    update {{ run_relation }} as runs
    set
        status = case
            when outcome.failure is not null then 'failed'
            when outcome.refusals > 0 or outcome.has_errors then 'completedWithErrors'
            when outcome.has_warnings then 'completedWithWarnings'
            else 'completed'
        end,
        blocking_error = outcome.failure,
        completed_at = cast(current_timestamp as timestamp)
    from (
        select
            count(*) filter (where activities.status = 'failed') as refusals,
            -- a finding may belong to no flow: an unknown folder, the directory
            (select count(*) > 0 from {{ findings }} where severity in ('catastrophic', 'error')) as has_errors,
            (select count(*) > 0 from {{ findings }} where severity = 'warning')
            {%- if match_findings is not none %}
            or (select count(*) > 0 from {{ match_findings }} where run_id = '{{ invocation_id }}')
            {%- endif %} as has_warnings,
            case
                when count(*) = 0 then 'No inbound flow is configured: add one to seeds/district (docs/configuration.md).'
                when len({{ sql_list(var('flows')) }}) > 0 and not bool_or(inbound_drops.is_expected) and {{ 'directory' not in var('flows') }}
                    then 'None of the flows asked for could run. '
                        || 'Configured are ' || string_agg(activities.inbound_flow_id, ', ' order by activities.inbound_flow_id)
                        || '; runs.run_activity says why each was skipped.'
                when refusals > 0 and count(*) filter (where starts_with(activities.status, 'completed')) = 0
                    then 'Every flow that was due was refused or held. '
                        || string_agg(activities.reason, ' ' order by activities.inbound_flow_id)
                            filter (where activities.status = 'failed')
                when bool_or(inbound_drops.is_expected) and not bool_or(inbound_drops.is_expected and inbound_drops.has_landed)
                    then 'Nothing has ever landed for a flow that is due ('
                        || string_agg(activities.inbound_flow_id, ', ' order by activities.inbound_flow_id)
                            filter (where inbound_drops.is_expected)
                        || '), so there was nothing to do. Land an export with make land, or set ONEROSTER_LANDING to the '
                        || 'folder that holds the drops; now it is {{ landing_zone() }}.'
            end as failure
        from {{ activities }} as activities
        inner join {{ inbound_drops }} as inbound_drops on activities.inbound_flow_id = inbound_drops.inbound_flow_id
        where activities.run_id = '{{ invocation_id }}'
    ) as outcome
    where runs.run_id = '{{ invocation_id }}'
    {% endif %}
{% endmacro %}
