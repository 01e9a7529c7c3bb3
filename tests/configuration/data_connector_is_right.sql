with lines as (
    select * from {{ ref('data_connector_line') }}
),

mistakes as (
    {{ blank(['data_connector_id', 'display_name', 'source_system_id', 'connector_type']) }}
    union all
    {{ repeated(['data_connector_id']) }}
    union all
    {{ no_id('data_connector_id') }}
    union all
    {{ not_configured('source_system_id', 'source_system') }}
    union all
    {{ not_one_of('connector_type', ['file']) }}
)

{{ mistakes_if_readable(['data_connector', 'source_system']) }}
