{% test required_except_for_contacts(model, column_name) %}
    select *
    from {{ model }}
    where {{ column_name }} is null and coalesce(role, '') not in ('parent', 'guardian', 'relative')
{% endtest %}
