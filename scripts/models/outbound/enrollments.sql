selected_enrollment as (
    select * from {{ ref('selected_enrollment') }}
),

-- each format reads its own
records as not materialized (
    select
        selected_flow.outbound_flow_id,
        selected_flow.format,
        selected_flow.id_prefix,
        -- an id that was made up here has bars in it, which the standard does not know
        if(
            contains(selected_enrollment.sourced_id, '|')
            and starts_with(selected_enrollment.sourced_id, selected_enrollment.class_sourced_id),
            md5(selected_enrollment.sourced_id),
            selected_enrollment.sourced_id
        ) as sourced_id,
        selected_enrollment.class_sourced_id,
        selected_enrollment.school_sourced_id,
        selected_enrollment.user_sourced_id,
        selected_enrollment.role,
        selected_enrollment.is_primary_staff_for_section as is_primary,
        selected_enrollment.entry_date as begin_date,
        selected_enrollment.exit_date as end_date,
        concat_ws(
            '|',
            selected_enrollment.class_sourced_id,
            selected_enrollment.user_sourced_id,
            selected_enrollment.role
        ) as natural_id
    from selected_enrollment
    inner join selected_flow
        on
            selected_enrollment.outbound_flow_id = selected_flow.outbound_flow_id
            and selected_enrollment.inbound_flow_id = selected_flow.inbound_flow_id
),
