-- Written by `make models` from seeds/catalogue, which is the place to change it.
with landing as not materialized (
    select * from {{ ref('landing_oneroster__enrollments') }}
),

verdicts as not materialized (
    select * from {{ ref('validation_oneroster__enrollments') }}
),

ref_section_role as not materialized (
    select
        spelling,
        code
    from {{ ref('code_spelling') }}
    where reference_type = 'RefSectionRole'
),

date_orders as not materialized (
    {{ date_orders('enrollments.csv') }}
),

final as (
    select
        landing.inbound_flow_id,
        landing.sourcedId as sourced_id,
        case when landing.is_delta then lower(landing.status) end as status,
        case when landing.is_delta then {{ as_instant('landing.dateLastModified') }} end as date_last_modified,
        {{ kept('class_sourced_id', 'landing.classSourcedId') }} as class_sourced_id,
        {{ kept('school_sourced_id', 'landing.schoolSourcedId') }} as school_sourced_id,
        {{ kept('user_sourced_id', 'landing.userSourcedId') }} as user_sourced_id,
        {{ kept('role', 'coalesce(ref_section_role.code, landing.role)') }} as role,
        {{ kept('is_primary', as_boolean('landing."primary"')) }} as is_primary,
        {{ kept('begin_date', as_date('landing.beginDate', 'date_orders.by_flow[landing.inbound_flow_id]')) }}
            as begin_date,
        {{ kept('end_date', as_date('landing.endDate', 'date_orders.by_flow[landing.inbound_flow_id]')) }} as end_date,
        landing.metadata
    from landing
    left join verdicts
        on landing.inbound_flow_id = verdicts.inbound_flow_id and landing.line_number = verdicts.line_number
    left join ref_section_role on ref_section_role.spelling = lower(landing.role)
    cross join date_orders
    where coalesce(verdicts.disposition, 'staged') = 'staged'
)

select * from final
