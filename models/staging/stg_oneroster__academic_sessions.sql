with codes as (
    select
        reference_type,
        lower(code) as code_key,
        code
    from {{ ref('ref_definition') }}
    where not is_disabled
),

{{ staged_lines('academicSessions.csv') }},

final as (
    select
        landed.inbound_flow_id,
        landed.sourcedId as sourced_id,
        cast(null as varchar) as status,
        cast(null as timestamp) as date_last_modified,
        {{ kept('title') }} as title,
        {{ kept('type', 'coalesce(session_types.code, landed."type")') }} as type,
        {{ kept('startDate', as_date('landed."startDate"')) }} as start_date,
        {{ kept('endDate', as_date('landed."endDate"')) }} as end_date,
        {{ kept('parentSourcedId') }} as parent_sourced_id,
        {{ kept('schoolYear', as_year('landed."schoolYear"')) }} as school_year,
        landed.metadata
    from landed
    left join codes as session_types
        on
            session_types.reference_type = 'RefSessionType'
            and session_types.code_key = {{ code_key('landed."type"') }}
)

select * from final
