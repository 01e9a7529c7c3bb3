{#- A view made anew in one transaction, under its own name, as tables are. -#}
{% materialization view, adapter='duckdb' %}
    {%- set target = this.incorporate(type='view') %}
    {%- set existing = load_cached_relation(this) %}
    {% if existing is not none %}
        {% call statement('make_way') %}drop {{ existing.type }} {{ existing }}{% endcall %}
    {% endif %}
    {% call statement('main') %}
        {{ create_view_as(target, sql) }}
    {% endcall %}
    {% do finish_relation(target) %}
    {% do return({'relations': [target]}) %}
{% endmaterialization %}
