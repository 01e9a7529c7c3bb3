{#-
    How a model of changes is materialised. Before there is any history, all that is staged is a change: a view saves
    writing it twice. Afterwards the differences are few, but finding them takes a scan of everything: a table.
-#}
{% materialization difference, adapter='duckdb' %}
    {% if earlier_relation('history', model.alias) is none %}
        {% do return(materialization_view_duckdb()) %}
    {% else %}
        {% do return(materialization_table_duckdb()) %}
    {% endif %}
{% endmaterialization %}
