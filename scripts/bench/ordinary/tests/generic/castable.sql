{% test castable(model, column_name, to) %}
    select *
    from {{ model }}
    where {{ column_name }} is not null and try_cast({{ column_name }} as {{ to }}) is null
{% endtest %}
