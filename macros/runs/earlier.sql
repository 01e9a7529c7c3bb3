{#-
    What the runs before left in a relation that this run itself writes further down (history, the run log), as SQL to read
    from; reading it by `ref` would be a cycle. Before the first run there are no rows, of the columns that the source
    declares; a column that an older version of the project did not write is null.
-#}
{% macro earlier(schema, identifier) %}
    {% set declared = source(schema, identifier) %}
    {% if declared.is_cte or not execute %}
        {% do return(declared) %}
    {% endif %}
    {% set relation = earlier_relation(schema, identifier) %}
    {% set there = adapter.get_columns_in_relation(relation) | map(attribute='name') | list if relation is not none else [] %}
    {% set missing = [] %}
    {% for column in graph.sources['source.oneroster.' ~ schema ~ '.' ~ identifier].columns.values() if column.name not in there %}
        {% do missing.append('cast(null as ' ~ column.data_type ~ ') as ' ~ column.name) %}
    {% endfor %}
    {#- a view may hold this: no name of the database, as in `ref` -#}
    {% set named = relation.include(database=false) if relation is not none %}
    {% if relation is none %}
        {% do return('(select * from (select ' ~ missing | join(', ') ~ ') where false)') %}
    {% elif missing %}
        {% do return('(select *, ' ~ missing | join(', ') ~ ' from ' ~ named ~ ')') %}
    {% endif %}
    {% do return(named) %}
{% endmacro %}

{#- The relation itself, where it matters whether it is there: none before the first run, while parsing, and in a unit test. -#}
{% macro earlier_relation(schema, identifier) %}
    {% set declared = source(schema, identifier) %}
    {% do return(load_relation(declared) if execute and not declared.is_cte else none) %}
{% endmacro %}
