-- Written by `make models` from seeds/catalogue, which is the place to change it.
with landing as not materialized (
    select * from {{ ref('landing_oneroster__academic_sessions') }}
),

verdicts as not materialized (
    select * from {{ ref('validation_oneroster__academic_sessions') }}
),

ref_session_type as not materialized (
    select
        spelling,
        code
    from {{ ref('code_spelling') }}
    where reference_type = 'RefSessionType'
),

date_orders as not materialized (
    {{ date_orders('academicSessions.csv') }}
),

final as (
    select
        landing.inbound_flow_id,
        landing.sourcedId as sourced_id,
        case when landing.is_delta then lower(landing.status) end as status,
        case when landing.is_delta then {{ as_instant('landing.dateLastModified') }} end as date_last_modified,
        {{ kept('title', in_one_line('landing.title')) }} as title,
        {{ kept('type', 'coalesce(ref_session_type.code, landing.type)') }} as type,
        {{ kept('start_date', as_date('landing.startDate', 'date_orders.by_flow[landing.inbound_flow_id]')) }}
            as start_date,
        {{ kept('end_date', as_date('landing.endDate', 'date_orders.by_flow[landing.inbound_flow_id]')) }} as end_date,
        {{ kept('parent_sourced_id', 'landing.parentSourcedId') }} as parent_sourced_id,
        {{ kept('school_year', as_year('landing.schoolYear')) }} as school_year,
        landing.metadata
    from landing
    left join verdicts
        on landing.inbound_flow_id = verdicts.inbound_flow_id and landing.line_number = verdicts.line_number
    left join ref_session_type on ref_session_type.spelling = lower(landing.type)
    cross join date_orders
    where coalesce(verdicts.disposition, 'staged') = 'staged'
)

select * from final
