{#-
    The instant this run stands for, as a SQL timestamp in UTC: the variable run_at, else the environment's
    ONEROSTER_RUN_AT, else the start of this invocation. A changed variable makes dbt read the whole project anew; so that a
    changed environment does not, it is asked for only when the statement is run.
-#}
{% macro run_at() -%}
    {%- set given = var('run_at', none) or (env_var('ONEROSTER_RUN_AT', '') if execute) or none -%}
    {%- if given is none -%}
        timestamp '{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S") }}'
    {%- elif not modules.re.match('^\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?(Z|[+-]\\d{2}:?\\d{2})?$', given | string) -%}
        {{ exceptions.raise_compiler_error(
            "run_at is '" ~ given ~ "', which is no instant. Write it as ISO 8601 in UTC, for example 2026-09-01T07:00:00Z."
        ) }}
    {%- else -%}
        cast(cast('{{ given }}' as timestamptz) as timestamp)
    {%- endif -%}
{%- endmacro %}
