-- Written by `make models` from seeds/catalogue, which is the place to change it.
with landing as not materialized (
    select * from {{ ref('landing_oneroster__user_flags') }}
),

verdicts as not materialized (
    select * from {{ ref('validation_oneroster__user_flags') }}
),

ref_person_flag_type as not materialized (
    select
        spelling,
        code
    from {{ ref('code_spelling') }}
    where reference_type = 'RefPersonFlagType'
),

final as (
    select
        landing.inbound_flow_id,
        landing.sourcedId as sourced_id,
        case when landing.is_delta then lower(landing.status) end as status,
        case when landing.is_delta then {{ as_instant('landing.dateLastModified') }} end as date_last_modified,
        {{ kept('user_sourced_id', 'landing.userSourcedId') }} as user_sourced_id,
        {{ kept('flag', 'coalesce(ref_person_flag_type.code, landing.flag)') }} as flag,
        landing.metadata
    from landing
    left join verdicts
        on landing.inbound_flow_id = verdicts.inbound_flow_id and landing.line_number = verdicts.line_number
    left join ref_person_flag_type on ref_person_flag_type.spelling = lower(landing.flag)
    where coalesce(verdicts.disposition, 'staged') = 'staged'
)

select * from final
