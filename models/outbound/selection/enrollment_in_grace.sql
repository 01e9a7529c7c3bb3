with selected_flow as (
    select * from {{ ref('selected_flow') }}
    where grace_days > 0
),

enrollment as (
    select * from {{ ref('enrollment') }}
    where not is_current
),

enrollment_period as (
    select * from {{ ref('enrollment_period') }}
),

ended as (
    select
        selected_flow.outbound_flow_id,
        selected_flow.judged_at,
        enrollment.enrollment_id,
        max(least(enrollment_period.active_to, enrollment.exit_date + interval 1 day))
        + any_value(selected_flow.grace_days) * interval 1 day as grace_ends_at
    from selected_flow
    inner join enrollment on selected_flow.inbound_flow_id = enrollment.inbound_flow_id
    inner join enrollment_period on enrollment.enrollment_id = enrollment_period.enrollment_id
    group by selected_flow.outbound_flow_id, selected_flow.judged_at, enrollment.enrollment_id
),

final as (
    select
        outbound_flow_id,
        enrollment_id,
        grace_ends_at
    from ended
    where judged_at < grace_ends_at
)

select * from final
