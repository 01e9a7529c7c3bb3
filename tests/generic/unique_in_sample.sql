{#- dbt's test `unique`, of the rows of a view that are in the sample. -#}
{% test unique_in_sample(model, column_name) %}

select
    {{ column_name }},
    count(*) as copies
from {{ model }}
where {{ column_name }} is not null and {{ in_sample(model, column_name) }}
group by {{ column_name }}
having count(*) > 1

{% endtest %}
