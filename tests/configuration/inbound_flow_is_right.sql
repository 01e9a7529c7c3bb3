with lines as (
    select * from {{ ref('inbound_flow_line') }}
),

flows as (
    select
        lines.*,
        data_connectors.source_system_id,
        years.year_code,
        try_cast(years.end_date as date) as year_ends_on
    from lines
    left join {{ ref('data_connector_line') }} as data_connectors
        on lines.data_connector_id = data_connectors.data_connector_id and data_connectors.is_in_force
    left join {{ ref('year_time_period_line') }} as years
        on lines.year_time_period_id = years.year_time_period_id and years.is_in_force
    where lines.is_in_force
),

mistakes as (
    {{ blank([
        'inbound_flow_id', 'display_name', 'data_connector_id', 'year_time_period_id', 'data_domain', 'effective_at',
        'expiration_at', 'readiness_status',
    ]) }}
    union all
    {{ repeated(['inbound_flow_id']) }}
    union all
    {{ no_id('inbound_flow_id') }}
    union all
    {{ not_configured('data_connector_id', 'data_connector') }}
    union all
    {{ not_configured('year_time_period_id', 'year_time_period') }}
    union all
    {{ not_one_of('data_domain', ['educationRostering']) }}
    union all
    {{ not_written_as('effective_at', 'instant') }}
    union all
    {{ not_written_as('expiration_at', 'instant') }}
    union all
    {{ not_one_of('readiness_status', ['ready', 'notReady', 'disabled', 'expired', 'failed']) }}
    union all
    {{ not_written_as('expected_every_days', 'number of days') }}
    union all
    -- else the flow would never run
    select
        place || ': effective_at (' || effective_at || ') is not before expiration_at (' || expiration_at
        || '), so the flow would never run. Correct one of the two.' as message
    from flows
    where effective_from >= effective_until
    union all
    -- a flow brings the data of one academic year, so it expires no later than the year does
    select
        place || ': expiration_at (' || expiration_at || ') is after the end of the year '
        || year_time_period_id || ' ('
        || year_ends_on || '). Choose an earlier one, move the end_date of the year, or add a flow for the next year.'
            as message
    from flows
    where effective_until > year_ends_on + interval 1 day
    union all
    -- only one flow may be active at a time for a source system and an academic year (School Data Sync)
    select
        flows.place || ': the flow overlaps ' || other_flow.place || ', a flow of the same source system ('
        || flows.source_system_id || ') and year (' || flows.year_code || '). Let one expire before the '
        || 'other becomes effective, or set the readiness_status of one to disabled.' as message
    from flows
    inner join flows as other_flow
        on
            flows.source_system_id = other_flow.source_system_id
            and flows.year_code = other_flow.year_code
            and flows.inbound_flow_id > other_flow.inbound_flow_id
            and flows.effective_from < other_flow.effective_until
            and flows.effective_until > other_flow.effective_from
    where lower(flows.readiness_status) = 'ready' and lower(other_flow.readiness_status) = 'ready'
)

{{ mistakes_if_readable(['inbound_flow', 'data_connector', 'source_system', 'year_time_period']) }}
