{#-
    History only grows forwards. A run at an instant before the newest run would close versions before they began,
    and one at the same instant is right only when it retries a run that did not finish.
-#}
{% macro refuse_earlier_run_at() %}
    {% set runs = adapter.get_relation(this.database, this.schema, this.identifier) %}
    {% if execute and runs is not none and flags.WHICH in ['build', 'run'] %}
        {% set newer = run_query(
            "select strftime(max(run_at), '%Y-%m-%dT%H:%M:%SZ'), strftime(" ~ run_at() ~ ", '%Y-%m-%dT%H:%M:%SZ') from "
            ~ runs ~ " where run_at > " ~ run_at() ~ " or (run_at = " ~ run_at() ~ " and status not in ('running', 'failed'))"
        ).rows[0] %}
        {% if newer[0] is not none %}
            {{ exceptions.raise_compiler_error(
                "This run is refused: its run_at, " ~ newer[1] ~ ", is not after the newest run of this warehouse, "
                ~ newer[0] ~ ". Nothing was changed. Leave out run_at to run as of now, or give a later instant."
            ) }}
        {% endif %}
    {% endif %}
{% endmacro %}
