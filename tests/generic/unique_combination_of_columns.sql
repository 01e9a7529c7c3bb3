{% test unique_combination_of_columns(model, columns) %}

select
    {{ columns | join(', ') }},
    count(*) as copies
from {{ model }}
where {{ in_sample(model, columns | reject('equalto', 'inbound_flow_id') | first) }}
group by {{ columns | join(', ') }}
having count(*) > 1

{% endtest %}
