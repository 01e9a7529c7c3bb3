with outbound_flow as (
    select * from {{ ref('outbound_flow') }}
),

flow_window as (
    select * from {{ ref('flow_window') }}
    where is_in_session and last_processed_at is not null
),

source_system as (
    select * from {{ ref('source_system') }}
),

final as (
    select
        outbound_flow.*,
        outbound_flow.filter['organizations'] as organizations,
        outbound_flow.filter['role_groups'] as role_groups,
        outbound_flow.filter['grades'] as grades,
        flow_window.inbound_flow_id,
        flow_window.source_system_id,
        flow_window.year_code,
        flow_window.judged_at,
        if(
            coalesce(len(outbound_flow.filter['source_systems']), (select count(*) from source_system)) > 1,
            flow_window.source_system_id || '/',
            ''
        ) as id_prefix
    from outbound_flow
    inner join flow_window
        on
            outbound_flow.filter['source_systems'] is null
            or list_contains(outbound_flow.filter['source_systems'], flow_window.source_system_id)
    -- a roster is that of one year: two years of a source may use one id for two classes
    qualify
        outbound_flow.kind <> 'roster'
        or row_number() over (
            partition by outbound_flow.outbound_flow_id, flow_window.source_system_id
            order by flow_window.year_code desc, flow_window.opens_at desc, flow_window.inbound_flow_id desc
        ) = 1
)

select * from final
