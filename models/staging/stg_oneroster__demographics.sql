with codes as (
    select
        reference_type,
        lower(code) as code_key,
        code
    from {{ ref('ref_definition') }}
    where not is_disabled
),

{{ staged_lines('demographics.csv') }},

final as (
    select
        landed.inbound_flow_id,
        landed.sourcedId as sourced_id,
        cast(null as varchar) as status,
        cast(null as timestamp) as date_last_modified,
        {{ kept('birthDate', as_date('landed."birthDate"')) }} as birth_date,
        {{ kept('sex', 'coalesce(sexes.code, landed."sex")') }} as sex,
        {{ kept(
            'americanIndianOrAlaskaNative', as_boolean('landed."americanIndianOrAlaskaNative"')
        ) }} as american_indian_or_alaska_native,
        {{ kept('asian', as_boolean('landed."asian"')) }} as asian,
        {{ kept(
            'blackOrAfricanAmerican', as_boolean('landed."blackOrAfricanAmerican"')
        ) }} as black_or_african_american,
        {{ kept(
            'nativeHawaiianOrOtherPacificIslander', as_boolean('landed."nativeHawaiianOrOtherPacificIslander"')
        ) }} as native_hawaiian_or_other_pacific_islander,
        {{ kept('white', as_boolean('landed."white"')) }} as white,
        {{ kept(
            'demographicRaceTwoOrMoreRaces', as_boolean('landed."demographicRaceTwoOrMoreRaces"')
        ) }} as demographic_race_two_or_more_races,
        {{ kept(
            'hispanicOrLatinoEthnicity', as_boolean('landed."hispanicOrLatinoEthnicity"')
        ) }} as hispanic_or_latino_ethnicity,
        {{ kept('countryOfBirthCode') }} as country_of_birth_code,
        {{ kept('stateOfBirthAbbreviation') }} as state_of_birth_abbreviation,
        {{ kept('cityOfBirth') }} as city_of_birth,
        {{ kept('publicSchoolResidenceStatus') }} as public_school_residence_status,
        landed.metadata
    from landed
    left join codes as sexes
        on
            sexes.reference_type = 'RefSex'
            and sexes.code_key = {{ code_key('landed."sex"') }}
)

select * from final
