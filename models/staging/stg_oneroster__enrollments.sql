with codes as (
    select
        reference_type,
        lower(code) as code_key,
        code
    from {{ ref('ref_definition') }}
    where not is_disabled
),

{{ staged_lines('enrollments.csv') }},

final as (
    select
        landed.inbound_flow_id,
        landed.sourcedId as sourced_id,
        cast(null as varchar) as status,
        cast(null as timestamp) as date_last_modified,
        {{ kept('classSourcedId') }} as class_sourced_id,
        {{ kept('schoolSourcedId') }} as school_sourced_id,
        {{ kept('userSourcedId') }} as user_sourced_id,
        {{ kept('role', 'coalesce(enrollment_roles.code, landed."role")') }} as role,
        {{ kept('primary', as_boolean('landed."primary"')) }} as is_primary,
        {{ kept('beginDate', as_date('landed."beginDate"')) }} as begin_date,
        {{ kept('endDate', as_date('landed."endDate"')) }} as end_date,
        landed.metadata
    from landed
    left join codes as enrollment_roles
        on
            enrollment_roles.reference_type = 'RefSectionRole'
            and enrollment_roles.code_key = {{ code_key('landed."role"') }}
)

select * from final
