{#- Reports the people who could not be told apart in the directory: the findings of this name in `runs.validation_result`. -#}
{% test matched_once(model, column_name) %}

select *
from {{ model }}
where {{ column_name }} = 'ambiguous'

{% endtest %}
