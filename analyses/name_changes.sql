-- Whose name changed, and since when do we know?
with names as (
    select
        inbound_flow_id,
        sourced_id,
        given_name,
        family_name,
        dbt_valid_from,
        lag(given_name || ' ' || family_name) over (
            partition by inbound_flow_id, sourced_id order by dbt_valid_from
        ) as former_name
    from history.users
)

select
    dbt_valid_from as known_from,
    inbound_flow_id,
    sourced_id,
    former_name,
    given_name || ' ' || family_name as new_name
from names
where former_name <> given_name || ' ' || family_name
order by known_from, inbound_flow_id, sourced_id
