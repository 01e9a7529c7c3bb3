with demographic_version as (
    select * from {{ ref('demographic_version') }}
),

ref_definition as (
    select * from {{ ref('ref_definition') }}
    where reference_type = 'RefRace'
),

answers as (
    select
        source_system_id,
        person_id,
        is_current,
        valid_from,
        seen_until,
        unnest([
            {'race': 'americanIndianOrAlaskaNative', 'is_stated': american_indian_or_alaska_native},
            {'race': 'asian', 'is_stated': asian},
            {'race': 'blackOrAfricanAmerican', 'is_stated': black_or_african_american},
            {'race': 'nativeHawaiianOrOtherPacificIslander', 'is_stated': native_hawaiian_or_other_pacific_islander},
            {'race': 'white', 'is_stated': white},
            {'race': 'demographicRaceTwoOrMoreRaces', 'is_stated': demographic_race_two_or_more_races}
        ], recursive := true)
    from demographic_version
),

races as (
    select
        source_system_id,
        person_id,
        race,
        bool_or(is_current) as is_present_in_source,
        min(valid_from) as first_seen_at,
        max(seen_until) as last_seen_at
    from answers
    where is_stated
    group by source_system_id, person_id, race
),

final as (
    select
        races.person_id || ',' || races.race as person_demographic_race_id,
        races.source_system_id,
        races.person_id,
        ref_definition.ref_definition_id as ref_race_id,
        races.race,
        races.is_present_in_source,
        races.first_seen_at,
        races.last_seen_at
    from races
    left join ref_definition on races.race = ref_definition.code
)

select * from final
