{#- How a landing model is materialised: a view of files that are read in place, else a table. -#}
{% materialization landed, adapter='duckdb' %}
    {% if is_read_in_place(landed_file(model)) %}
        {% do return(materialization_view_default()) %}
    {% else %}
        {% do return(materialization_table_duckdb()) %}
    {% endif %}
{% endmaterialization %}

{#- landing_oneroster__user_profiles -> userProfiles.csv: the file of a landing model. -#}
{% macro landed_file(model) %}
    {% for file in delivered_files() if 'landing_' ~ model_name(file) == model.name %}
        {% do return(file) %}
    {% endfor %}
{% endmacro %}
