-- Written by `make models` from seeds/catalogue, which is the place to change it.
with landing as not materialized (
    select * from {{ ref('landing_oneroster__demographics') }}
),

verdicts as not materialized (
    select * from {{ ref('validation_oneroster__demographics') }}
),

ref_sex as not materialized (
    select
        spelling,
        code
    from {{ ref('code_spelling') }}
    where reference_type = 'RefSex'
),

date_orders as not materialized (
    {{ date_orders('demographics.csv') }}
),

final as (
    select
        landing.inbound_flow_id,
        landing.sourcedId as sourced_id,
        case when landing.is_delta then lower(landing.status) end as status,
        case when landing.is_delta then {{ as_instant('landing.dateLastModified') }} end as date_last_modified,
        {{ kept('birth_date', as_date('landing.birthDate', 'date_orders.by_flow[landing.inbound_flow_id]')) }}
            as birth_date,
        {{ kept('sex', 'coalesce(ref_sex.code, landing.sex)') }} as sex,
        {{ kept('american_indian_or_alaska_native', as_boolean('landing.americanIndianOrAlaskaNative')) }}
            as american_indian_or_alaska_native,
        {{ kept('asian', as_boolean('landing.asian')) }} as asian,
        {{ kept('black_or_african_american', as_boolean('landing.blackOrAfricanAmerican')) }}
            as black_or_african_american,
        {{ kept(
            'native_hawaiian_or_other_pacific_islander', as_boolean('landing.nativeHawaiianOrOtherPacificIslander')
        ) }} as native_hawaiian_or_other_pacific_islander,
        {{ kept('white', as_boolean('landing.white')) }} as white,
        {{ kept('demographic_race_two_or_more_races', as_boolean('landing.demographicRaceTwoOrMoreRaces')) }}
            as demographic_race_two_or_more_races,
        {{ kept('hispanic_or_latino_ethnicity', as_boolean('landing.hispanicOrLatinoEthnicity')) }}
            as hispanic_or_latino_ethnicity,
        {{ kept('country_of_birth_code', in_one_line('landing.countryOfBirthCode')) }} as country_of_birth_code,
        {{ kept('state_of_birth_abbreviation', in_one_line('landing.stateOfBirthAbbreviation')) }}
            as state_of_birth_abbreviation,
        {{ kept('city_of_birth', in_one_line('landing.cityOfBirth')) }} as city_of_birth,
        {{ kept('public_school_residence_status', in_one_line('landing.publicSchoolResidenceStatus')) }}
            as public_school_residence_status,
        landing.metadata
    from landing
    left join verdicts
        on landing.inbound_flow_id = verdicts.inbound_flow_id and landing.line_number = verdicts.line_number
    left join ref_sex on ref_sex.spelling = lower(landing.sex)
    cross join date_orders
    where coalesce(verdicts.disposition, 'staged') = 'staged'
)

select * from final
