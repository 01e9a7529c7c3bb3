{#-
    What DuckDB holds a table to, asked of a view: that no column with the constraint not_null in its contract is null. One
    scan for all of them, of the rows in the sample and those that lack what it is taken by.
-#}
{% test holds_its_contract(model, sampled_by) %}

{%- set conditions = [] -%}
{%- for node in graph.get('nodes', {}).values() if node.resource_type == 'model' and node.name == model.identifier -%}
    {%- for column in node.columns.values() if column.constraints | selectattr('type', 'equalto', 'not_null') | list -%}
        {%- do conditions.append(column.name ~ ' is null') -%}
    {%- endfor -%}
{%- endfor -%}
select *
from {{ model }}
where
    ({{ conditions | join(' or ') or 'false' }})
    and ({{ sampled_by }} is null or {{ in_sample(model, sampled_by) }})

{% endtest %}
