{#-
    Whether a row of a view is among those that are tested: every row of an ordinary district; of the largest, an even
    sample of about a hundred thousand. The keys themselves are those of history, which are all tested when they are new;
    what a view could add is a join that doubles rows, and that shows in any sample. A table is always tested whole.
-#}
{% macro in_sample(model, sampled_by) -%}
    {%- set relation = load_relation(model) if execute else none -%}
    {%- if relation is none or not relation.is_view -%}
    true
    {%- else -%}
    {%- set rows = run_query(
        "select coalesce(max(estimated_size), 0) from duckdb_tables() where schema_name = 'history'"
    ).rows[0][0] | int -%}
    {#- a comparison, which DuckDB asks of a row before it joins anything to it -#}
    {{ 'true' if rows < 100000 else 'hash(' ~ sampled_by ~ ') < ' ~ (18446744073709551615 * 100000 // rows) }}
    {%- endif -%}
{%- endmacro %}
