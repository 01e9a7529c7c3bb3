{#- Each line in force states these columns. -#}
{% test configuration_required(model, columns) %}
    {{ config(tags=['configuration']) }}

    {% for column in columns %}
        select place || ': {{ column }} is blank. Fill it in.' as message
        from {{ model }}
        where is_in_force and {{ column }} is null
        {{ 'union all' if not loop.last }}
    {% endfor %}
{% endtest %}
