{#-
    dbt's test `relationships`, for all columns of a relation that refer to another one, each to the column of its own name;
    of a large view, the rows in the sample are looked at.
-#}
{% test parents_are_known(model, parents) %}

{% for column, parent in parents.items() -%}
select
    '{{ column }}' as refers_by,
    child.{{ column }} as refers_to
from {{ model }} as child
anti join {{ parent }} as parent on child.{{ column }} = parent.{{ column }}
where child.{{ column }} is not null and {{ in_sample(model, 'child.' ~ column) }}
{{ 'union all' if not loop.last }}
{% endfor %}

{% endtest %}
