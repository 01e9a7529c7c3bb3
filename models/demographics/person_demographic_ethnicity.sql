with demographic_version as (
    select * from {{ ref('demographic_version') }}
),

ref_definition as (
    select * from {{ ref('ref_definition') }}
    where reference_type = 'RefEthnicity'
),

ethnicities as (
    select
        source_system_id,
        person_id,
        'hispanicOrLatinoEthnicity' as ethnicity,
        bool_or(is_current) as is_present_in_source,
        min(valid_from) as first_seen_at,
        max(seen_until) as last_seen_at
    from demographic_version
    where hispanic_or_latino_ethnicity
    group by source_system_id, person_id
),

final as (
    select
        ethnicities.person_id || ',' || ethnicities.ethnicity as person_demographic_ethnicity_id,
        ethnicities.source_system_id,
        ethnicities.person_id,
        ref_definition.ref_definition_id as ref_ethnicity_id,
        ethnicities.ethnicity,
        ethnicities.is_present_in_source,
        ethnicities.first_seen_at,
        ethnicities.last_seen_at
    from ethnicities
    left join ref_definition on ethnicities.ethnicity = ref_definition.code
)

select * from final
