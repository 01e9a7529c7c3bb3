{% test blank(model, column_name) %}
    select *
    from {{ model }}
    where {{ column_name }} is not null
{% endtest %}
