{#- The column holds one of a few words, in any case. -#}
{% test configuration_one_of(model, column_name, words) %}
    {{ config(tags=['configuration']) }}

    select
        place || ': {{ column_name }} is ''' || {{ column_name }}
        || '''. {% if words | length > 1 %}Write one of: {% else %}For now it can only be {% endif %}'
        || '{{ words | join(", ") }}.' as message
    from {{ model }}
    where
        lower({{ column_name }}) not in (
            {% for word in words %}'{{ word | lower }}'{{ ', ' if not loop.last }}{% endfor %}
        )
{% endtest %}
