{#- The column names a configured item: an id of the lines in force of another kind of configuration. -#}
{% test configuration_known_item(model, column_name, to) %}
    {{ config(tags=['configuration']) }}

    with items as (
        select distinct {{ column_name }} as item_id
        from {{ to }}
        where is_in_force
    )

    select
        place || ': {{ column_name }} is ''' || {{ column_name }} || ''', which is not configured. Configured are: '
        || coalesce((select string_agg(item_id, ', ' order by item_id) from items), 'none')
        || '. Correct it, or add it to seeds/district/district_{{ to.identifier | replace("_line", "") }}.csv.'
            as message
    from {{ model }}
    where is_in_force and {{ column_name }} not in (select item_id from items where item_id is not null)
{% endtest %}
