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
            'americanIndianOrAlaskaNative',
            'asian',
            'blackOrAfricanAmerican',
            'nativeHawaiianOrOtherPacificIslander',
            'white',
            'demographicRaceTwoOrMoreRaces'
        ]) as race,
        unnest([
            american_indian_or_alaska_native,
            asian,
            black_or_african_american,
            native_hawaiian_or_other_pacific_islander,
            white,
            demographic_race_two_or_more_races
        ]) as is_stated
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
