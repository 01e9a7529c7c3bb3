{% test in_order(model, column_name, start) %}
    select *
    from {{ model }}
    where {{ column_name }} < {{ start }}
{% endtest %}
