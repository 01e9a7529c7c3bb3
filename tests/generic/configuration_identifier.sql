{#- An id is made of small letters, digits and hyphens: it becomes a folder name and part of other ids. -#}
{% test configuration_identifier(model, column_name) %}
    {{ config(tags=['configuration']) }}

    select
        place || ': {{ column_name }} is ''' || {{ column_name }} || ''', which cannot be an id. Use only small '
        || 'letters, digits and hyphens, begin with a letter or digit, and do not use the word directory.' as message
    from {{ model }}
    where
        is_in_force
        and (not regexp_full_match({{ column_name }}, '[a-z0-9][a-z0-9-]*') or {{ column_name }} = 'directory')
{% endtest %}
