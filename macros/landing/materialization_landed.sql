{#- How a landing model is materialised: a view of files that are read in place, else a table. -#}
{% materialization landed, adapter='duckdb' %}
    {% if is_read_in_place(file_of(model.name)) %}
        {% do return(materialization_view_default()) %}
    {% else %}
        {% do return(materialization_table_duckdb()) %}
    {% endif %}
{% endmaterialization %}
