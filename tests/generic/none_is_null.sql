{#- What a contract demands of a table, asked of a view: none of these columns is null. One scan for all of them. -#}
{% test none_is_null(model, columns) %}

select *
from {{ model }}
where {{ columns | join(' is null or ') }} is null

{% endtest %}
