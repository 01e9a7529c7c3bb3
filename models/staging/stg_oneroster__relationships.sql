-- Written by `make models` from seeds/catalogue, which is the place to change it.
with landing as not materialized (
    select * from {{ ref('landing_oneroster__relationships') }}
),

verdicts as not materialized (
    select * from {{ ref('validation_oneroster__relationships') }}
),

ref_person_relationship as not materialized (
    select
        spelling,
        code
    from {{ ref('code_spelling') }}
    where reference_type = 'RefPersonRelationship'
),

final as (
    select
        landing.inbound_flow_id,
        landing.sourcedId as sourced_id,
        case when landing.is_delta then lower(landing.status) end as status,
        case when landing.is_delta then {{ as_instant('landing.dateLastModified') }} end as date_last_modified,
        {{ kept('user_sourced_id', 'landing.userSourcedId') }} as user_sourced_id,
        {{ kept('relationship_user_sourced_id', 'landing.relationshipUserSourcedId') }}
            as relationship_user_sourced_id,
        {{ kept('relationship_role', 'coalesce(ref_person_relationship.code, landing.relationshipRole)') }}
            as relationship_role,
        landing.metadata
    from landing
    left join verdicts
        on landing.inbound_flow_id = verdicts.inbound_flow_id and landing.line_number = verdicts.line_number
    left join ref_person_relationship on ref_person_relationship.spelling = lower(landing.relationshipRole)
    where coalesce(verdicts.disposition, 'staged') = 'staged'
)

select * from final
