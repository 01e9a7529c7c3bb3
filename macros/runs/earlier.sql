{#-
    A relation that this run itself writes further down (history, the run log), as the runs before left it.
    Reading it by `ref` would be a cycle. None until the first run has made it, and while parsing.
-#}
{% macro earlier(schema, identifier) %}
    {% if execute %}
        {% do return(adapter.get_relation(target.database, schema, identifier)) %}
    {% endif %}
    {% do return(none) %}
{% endmacro %}
