-- Written by `make models` from seeds/catalogue, which is the place to change it.
with landing as not materialized (
    select * from {{ ref('landing_oneroster__orgs') }}
),

verdicts as not materialized (
    select * from {{ ref('validation_oneroster__orgs') }}
),

ref_org_type as not materialized (
    select
        spelling,
        code
    from {{ ref('code_spelling') }}
    where reference_type = 'RefOrgType'
),

final as (
    select
        landing.inbound_flow_id,
        landing.sourcedId as sourced_id,
        case when landing.is_delta then lower(landing.status) end as status,
        case when landing.is_delta then {{ as_instant('landing.dateLastModified') }} end as date_last_modified,
        {{ kept('name', in_one_line('landing.name')) }} as name,
        {{ kept('type', 'coalesce(ref_org_type.code, landing.type)') }} as type,
        {{ kept('identifier', in_one_line('landing.identifier')) }} as identifier,
        {{ kept('parent_sourced_id', 'landing.parentSourcedId') }} as parent_sourced_id,
        landing.metadata
    from landing
    left join verdicts
        on landing.inbound_flow_id = verdicts.inbound_flow_id and landing.line_number = verdicts.line_number
    left join ref_org_type on ref_org_type.spelling = lower(landing.type)
    where coalesce(verdicts.disposition, 'staged') = 'staged'
)

select * from final
