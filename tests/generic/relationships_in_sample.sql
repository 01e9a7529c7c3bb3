{#- dbt's test `relationships`, of the rows of a view that are in the sample. -#}
{% test relationships_in_sample(model, column_name, to, field) %}

select child.{{ column_name }}
from {{ model }} as child
anti join {{ to }} as parent on child.{{ column_name }} = parent.{{ field }}
where child.{{ column_name }} is not null and {{ in_sample(model, 'child.' ~ column_name) }}

{% endtest %}
