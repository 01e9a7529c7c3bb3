{#-
    dbt's test `unique`, of the rows of a view that are in the sample: by the column itself, or by one that rows with the
    same key share and that history knows, so that DuckDB reads the sample alone.
-#}
{% test unique_in_sample(model, column_name, sampled_by=none) %}

select
    {{ column_name }},
    count(*) as copies
from {{ model }}
where {{ column_name }} is not null and {{ in_sample(model, sampled_by or column_name) }}
group by {{ column_name }}
having count(*) > 1

{% endtest %}
