present_sessions as (
    select * from {{ ref('history_oneroster__academic_sessions') }}
    where dbt_valid_to is null and is_active_in_session
),

records as (
    select
        selected_flow.outbound_flow_id,
        selected_flow.format,
        selected_flow.id_prefix,
        present_sessions.* replace (parents.sourced_id as parent_sourced_id)
    from selected_flow
    inner join present_sessions on selected_flow.inbound_flow_id = present_sessions.inbound_flow_id
    left join present_sessions as parents
        on
            present_sessions.inbound_flow_id = parents.inbound_flow_id
            and present_sessions.parent_sourced_id = parents.sourced_id
),
