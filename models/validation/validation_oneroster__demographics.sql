-- Written by `make models` from seeds/catalogue, which is the place to change it.
with landing as not materialized (
    select * from {{ ref('landing_oneroster__demographics') }}
),

users as (
    {{ usable_records('users.csv') }}
),

ref_sex as (
    select
        spelling,
        code
    from {{ ref('code_spelling') }}
    where reference_type = 'RefSex'
),

repeats as materialized (
    {{ repeats('demographics.csv', 'sourcedId') }}
),

-- a line with a disposition is no record to be judged
records as not materialized (
    select
        landing.*,
        landing.sourcedId as sourced_id,
        coalesce(repeats.is_copy, false) as is_copy,
        coalesce(repeats.is_in_conflict, false) as is_in_conflict,
        case
            when landing.unreadable_reason is not null then 'unreadable'
            when landing.is_withdrawn then 'withdrawn'
            when repeats.is_copy then 'collapsed'
        end as disposition
    from landing
    left join repeats
        on landing.inbound_flow_id = repeats.inbound_flow_id and landing.line_number = repeats.line_number
),

flags as (
    select
        records.inbound_flow_id,
        records.drop_id,
        records.line_number,
        records.sourced_id,
        records.disposition,
        records.disposition is not null as is_special,
        {{ rule_readable_line('records.unreadable_reason') }} as line__readable_line,
        {{ rule_surplus_cells('records.surplus_cells') }} as line__surplus_cells,
        {{ rule_not_repeated('records.is_copy') }} as sourced_id__not_repeated,
        {{ rule_blank_in_bulk('records.status') }} and records.sourced_id is not null as status__blank_in_bulk,
        {{ rule_blank_in_bulk('records.dateLastModified') }} and records.sourced_id is not null
            as date_last_modified__blank_in_bulk,
        {{ rule_not_in_conflict('records.is_in_conflict') }} as sourced_id__not_in_conflict,
        {{ rule_required('records.sourcedId') }} as sourced_id__required,
        {{ rule_well_formed_id('records.sourcedId', 'users.sourced_id') }} as sourced_id__well_formed_id,
        {{ rule_standard_characters('records.sourcedId') }} as sourced_id__standard_characters,
        {{ rule_references('records.sourcedId', 'users.sourced_id') }} as sourced_id__references,
        {{ rule_well_formed_date('records.birthDate') }} as birth_date__well_formed_date,
        {{ rule_date_without_time('records.birthDate') }} as birth_date__date_without_time,
        {{ rule_in_reference_definitions('records.sex', 'ref_sex.code', 'records.oneroster_version') }}
            as sex__in_reference_definitions,
        {{ rule_well_formed_boolean('records.americanIndianOrAlaskaNative') }}
            as american_indian_or_alaska_native__well_formed_boolean,
        {{ rule_well_formed_boolean('records.asian') }} as asian__well_formed_boolean,
        {{ rule_well_formed_boolean('records.blackOrAfricanAmerican') }}
            as black_or_african_american__well_formed_boolean,
        {{ rule_well_formed_boolean('records.nativeHawaiianOrOtherPacificIslander') }}
            as native_hawaiian_or_other_pacific_islander__well_formed_boolean,
        {{ rule_well_formed_boolean('records.white') }} as white__well_formed_boolean,
        {{ rule_well_formed_boolean('records.demographicRaceTwoOrMoreRaces') }}
            as demographic_race_two_or_more_races__well_formed_boolean,
        {{ rule_well_formed_boolean('records.hispanicOrLatinoEthnicity') }}
            as hispanic_or_latino_ethnicity__well_formed_boolean,
        {{ rule_one_line('records.countryOfBirthCode') }} as country_of_birth_code__one_line,
        {{ rule_one_line('records.stateOfBirthAbbreviation') }} as state_of_birth_abbreviation__one_line,
        {{ rule_one_line('records.cityOfBirth') }} as city_of_birth__one_line,
        {{ rule_one_line('records.publicSchoolResidenceStatus') }} as public_school_residence_status__one_line
    from records
    left join users
        on records.inbound_flow_id = users.inbound_flow_id and records.sourcedId = users.sourced_id
    left join ref_sex on lower(records.sex) = ref_sex.spelling
),

flagged as materialized (
    select *
    from flags
    where true in (is_special, *columns('.+__.+'))
),

broken as (
    {{ broken_rules('flagged', [], line_flags=[
        'line__readable_line',
        'line__surplus_cells',
        'sourced_id__not_repeated',
        'status__blank_in_bulk',
        'date_last_modified__blank_in_bulk',
    ]) }}
),

{{ verdicts('demographics.csv') }}

select * from lines
