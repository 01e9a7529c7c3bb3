{#- The versions of a record leave no gap and do not overlap, and only the last of them is open. -#}
{% test versions_follow_each_other(model) %}

with changed_records as (
    -- a record of one open version, the bulk of them, has nothing to follow
    select distinct
        inbound_flow_id,
        sourced_id
    from {{ model }}
    where dbt_valid_to is not null or dbt_valid_from <> first_seen_at
)

select
    inbound_flow_id,
    sourced_id,
    dbt_valid_from,
    dbt_valid_to,
    lead(dbt_valid_from) over (partition by inbound_flow_id, sourced_id order by dbt_valid_from) as next_valid_from
from {{ model }}
semi join changed_records using (inbound_flow_id, sourced_id)
qualify dbt_valid_to is distinct from next_valid_from or dbt_valid_to <= dbt_valid_from

{% endtest %}
