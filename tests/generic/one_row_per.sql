{#-
    States the grain of a relation, and finds the rows that share their key; those whose key, of one column, is null; and in a
    view, in which a column is null that its contract says is not: DuckDB holds only tables to one. Of a large view, the rows in
    the sample are looked at, and all that lack what it is taken by: a column that rows of one key share and that history
    knows, so that DuckDB reads the sample alone.
-#}
{% test one_row_per(model, columns, sampled_by=none) %}

{%- set sampled_by = sampled_by or columns | reject('equalto', 'inbound_flow_id') | first or columns | first -%}
{%- set never_null = columns[:1] if columns | length == 1 else [] -%}
{%- for node in graph.get('nodes', {}).values() if node.name == model.identifier and node.config.materialized == 'view' -%}
    {%- for column in node.columns.values() if column.constraints | selectattr('type', 'equalto', 'not_null') | list -%}
        {%- do never_null.append(column.name) -%}
    {%- endfor -%}
{%- endfor -%}
select
    {{ columns | join(', ') }},
    count(*) as copies
from {{ model }}
where {{ sampled_by }} is null or {{ in_sample(model, sampled_by) }}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {%- for column in never_null | unique %}
    or count({{ column }}) < count(*)
    {%- endfor %}

{% endtest %}
