{#-
    The versions of a record are kept once, leave no gap and do not overlap, and only the last of them is open. The records
    that the newest change added a version to, or closed one of, are looked at: those of others are as they were then, so
    the test costs what changed, however long the history.
-#}
{% test sound_versions(model) %}

with newest as (
    select greatest(max(dbt_valid_from), max(dbt_valid_to)) as changed_at
    from {{ model }}
),

changed_records as (
    -- a record of one open version, the bulk of a first run, has nothing to follow
    select distinct
        versions.inbound_flow_id,
        versions.sourced_id
    from {{ model }} as versions
    cross join newest
    where
        versions.dbt_valid_to = newest.changed_at
        or (versions.dbt_valid_from = newest.changed_at and versions.dbt_valid_from <> versions.first_seen_at)
    union
    -- unless it has two
    select
        versions.inbound_flow_id,
        versions.sourced_id
    from {{ model }} as versions
    cross join newest
    where versions.dbt_valid_from = newest.changed_at
    group by versions.inbound_flow_id, versions.sourced_id
    having count(*) > 1
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
