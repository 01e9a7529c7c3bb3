{% test no_cycle(model, column_name) %}
    with recursive ancestors as (
        select
            sourced_id,
            {{ column_name }} as ancestor
        from {{ model }}
        where {{ column_name }} is not null
        union
        select
            ancestors.sourced_id,
            parents.{{ column_name }} as ancestor
        from ancestors
        inner join {{ model }} as parents on ancestors.ancestor = parents.sourced_id
        where parents.{{ column_name }} is not null
    )

    select *
    from ancestors
    where sourced_id = ancestor
{% endtest %}
