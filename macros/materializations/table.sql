{#-
    A table made anew in one transaction, under its own name. dbt's own makes it under another one, looks for indexes and
    foreign keys, and swaps names: ten statements, which is what most of a small district's run was spent on.
-#}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {%- set target = this.incorporate(type='table') %}
    {%- set existing = load_cached_relation(this) %}
    {%- set is_replaced = model.language == 'sql' and not model.contract.enforced %}
    {% if existing is not none and not (is_replaced and existing.is_table) %}
        {% call statement('make_way') %}drop {{ existing.type }} {{ existing }}{% endcall %}
    {% endif %}
    {% call statement('main', language=model.language) %}
        {% if is_replaced %}
            {#- a model may read what its own table was before -#}
            create or replace table {{ target }} as (
                {{ compiled_code }}
            )
        {% else %}
            {{ create_table_as(False, target, compiled_code, model.language) }}
        {% endif %}
    {% endcall %}
    {% do finish_relation(target) %}
    {% do return({'relations': [target]}) %}
{% endmaterialization %}
