{#-
    Descriptions as comments in the warehouse, in one statement per relation. dbt's own asks twice which columns there
    are, which took a twelfth of a run on a small district; here a description of a column that is not there fails.
-#}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) %}
    {%- set comments -%}
        {%- if for_relation and config.persist_relation_docs() and model.description %}
            {{ alter_relation_comment(relation, model.description) }}
        {%- endif %}
        {%- if for_columns and config.persist_column_docs() %}
        {%- for column in model.columns.values() if column.description %}
            comment on column {{ relation }}.{{ adapter.quote(column.name) }} is {{ duckdb_escape_comment(column.description) }};
        {%- endfor %}
        {%- endif %}
    {%- endset -%}
    {%- if comments | trim %}
        {%- do run_query(comments) %}
    {%- endif %}
{% endmacro %}
