{#-
    Each version of a record is kept once. Those of the newest change are looked at: versions of other instants differ from
    them by their instant, and were looked at when they were new, so the test costs what changed, however long the history.
-#}
{% test unique_version(model) %}

select
    inbound_flow_id,
    sourced_id,
    dbt_valid_from,
    count(*) as copies
from {{ model }}
where dbt_valid_from = (select max(newest.dbt_valid_from) from {{ model }} as newest)
group by inbound_flow_id, sourced_id, dbt_valid_from
having count(*) > 1

{% endtest %}
