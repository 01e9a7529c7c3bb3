{% test matches(model, column_name, pattern) %}
    select *
    from {{ model }}
    where not regexp_full_match({{ column_name }}, '{{ pattern | replace("'", "''") }}')
{% endtest %}
