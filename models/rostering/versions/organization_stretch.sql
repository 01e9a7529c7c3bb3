with orgs as (
    select * from {{ ref('history_oneroster__orgs') }}
),

present as (
    select
        inbound_flow_id,
        sourced_id,
        dbt_valid_from,
        dbt_valid_to,
        dbt_valid_from is distinct from lag(dbt_valid_to) over (
            partition by inbound_flow_id, sourced_id
            order by dbt_valid_from
        ) as begins_stretch
    from orgs
    where is_active_in_session
),

numbered as (
    select
        *,
        count(*) filter (where begins_stretch) over (
            partition by inbound_flow_id, sourced_id
            order by dbt_valid_from
        ) as stretch_number
    from present
),

final as (
    select
        concat_ws(',', inbound_flow_id || ':' || sourced_id, min(dbt_valid_from)) as organization_stretch_id,
        inbound_flow_id,
        sourced_id,
        min(dbt_valid_from) as present_from,
        nullif(
            max(coalesce(dbt_valid_to, cast('infinity' as timestamp))),
            cast('infinity' as timestamp)
        ) as present_to
    from numbered
    group by inbound_flow_id, sourced_id, stretch_number
)

select * from final
