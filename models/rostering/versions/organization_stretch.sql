with orgs as (
    select * from {{ ref('history_oneroster__orgs') }}
),

-- versions between the same two absences are one stretch
numbered as (
    select
        *,
        count(*) filter (where not is_active_in_session) over (
            partition by inbound_flow_id, sourced_id
            order by dbt_valid_from
        ) as absences_before
    from orgs
),

final as (
    select
        inbound_flow_id,
        sourced_id,
        min(dbt_valid_from) as present_from,
        nullif(
            max(coalesce(dbt_valid_to, cast('infinity' as timestamp))),
            cast('infinity' as timestamp)
        ) as present_to
    from numbered
    where is_active_in_session
    group by inbound_flow_id, sourced_id, absences_before
)

select * from final
