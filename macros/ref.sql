{#-
    Relations without the name of the database: a view that names it breaks when the file is renamed, copied or attached
    under another name.
-#}
{% macro ref(model, v=none) %}
    {% do return(builtins.ref(model, v=v).include(database=false)) %}
{% endmacro %}
