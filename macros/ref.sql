{#-
    Relations without the name of the database: a view that names it breaks when the file is renamed, copied or attached
    under another name.
-#}
{% macro ref(model) %}
    {% do return(builtins.ref(model).include(database=false)) %}
{% endmacro %}
