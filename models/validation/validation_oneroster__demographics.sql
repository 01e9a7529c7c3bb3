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
        code,
        is_alias
    from {{ ref('code_spelling') }}
    where reference_type = 'RefSex'
),

ref_race as (
    select
        spelling,
        code,
        is_alias
    from {{ ref('code_spelling') }}
    where reference_type = 'RefRace'
),

ref_ethnicity as (
    select
        spelling,
        code,
        is_alias
    from {{ ref('code_spelling') }}
    where reference_type = 'RefEthnicity'
),

date_orders as (
    {{ date_orders('demographics.csv') }}
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
            when repeats.is_overtaken then 'overtaken'
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
        records.oneroster_version,
        records.line_number,
        records.sourced_id,
        records.disposition,
        records.disposition is not null as is_special,
        {{ as_date('records.birthDate', 'date_orders.by_flow[records.inbound_flow_id]') }} as birth_date,
        {{ rule_readable_line('records.unreadable_reason') }} as line__readable_line,
        {{ rule_surplus_cells('records.surplus_cells') }} as line__surplus_cells,
        {{ rule_not_repeated('records.is_copy') }} as sourced_id__not_repeated,
        {{ rule_blank_in_bulk('records.status', 'records.is_delta') }} and records.sourced_id is not null
            as status__blank_in_bulk,
        {{ rule_blank_in_bulk('records.dateLastModified', 'records.is_delta') }} and records.sourced_id is not null
            as date_last_modified__blank_in_bulk,
        {{ rule_placeholder('records.sourcedId') }} as sourced_id__placeholder,
        {{ rule_not_in_conflict('records.is_in_conflict') }} as sourced_id__not_in_conflict,
        {{ rule_required('records.sourcedId') }} as sourced_id__required,
        case when {{ rule_well_formed_id(
            'records.sourcedId', 'users.sourced_id'
        ) }} then not sourced_id__placeholder end as sourced_id__well_formed_id,
        {{ rule_standard_characters('records.sourcedId') }} as sourced_id__standard_characters,
        case when {{ rule_references('records.sourcedId', 'users.sourced_id') }} then not sourced_id__placeholder end
            as sourced_id__references,
        {{ rule_scientific_notation('records.sourcedId') }} as sourced_id__scientific_notation,
        {{ rule_filled_in_delta('records.status', 'records.is_delta', 'status') }} as status__filled_in_delta,
        {{ rule_filled_in_delta('records.dateLastModified', 'records.is_delta', 'modified') }}
            as date_last_modified__filled_in_delta,
        {{ rule_placeholder('records.birthDate', 'words too') }} as birth_date__placeholder,
        case when {{ rule_well_formed_date('records.birthDate', 'birth_date') }} then not birth_date__placeholder end
            as birth_date__well_formed_date,
        {{ rule_plain_date('records.birthDate', 'birth_date') }} as birth_date__plain_date,
        {{ rule_placeholder('records.sex', 'words too') }} as sex__placeholder,
        case when {{ rule_in_reference_definitions(
            'records.sex', 'ref_sex.code', 'records.oneroster_version'
        ) }} then not sex__placeholder end as sex__in_reference_definitions,
        {{ rule_plain_code('ref_sex.is_alias') }} as sex__plain_code,
        {{ rule_placeholder('records.americanIndianOrAlaskaNative', 'words too') }}
            as american_indian_or_alaska_native__placeholder,
        case when {{ rule_well_formed_boolean(
            'records.americanIndianOrAlaskaNative'
        ) }} then not american_indian_or_alaska_native__placeholder end as american_indian_or_alaska_native__well_formed_boolean,
        {{ rule_plain_boolean('records.americanIndianOrAlaskaNative') }}
            as american_indian_or_alaska_native__plain_boolean,
        {{ rule_placeholder('records.asian', 'words too') }} as asian__placeholder,
        case when {{ rule_well_formed_boolean('records.asian') }} then not asian__placeholder end
            as asian__well_formed_boolean,
        {{ rule_plain_boolean('records.asian') }} as asian__plain_boolean,
        {{ rule_placeholder('records.blackOrAfricanAmerican', 'words too') }}
            as black_or_african_american__placeholder,
        case when {{ rule_well_formed_boolean(
            'records.blackOrAfricanAmerican'
        ) }} then not black_or_african_american__placeholder end as black_or_african_american__well_formed_boolean,
        {{ rule_plain_boolean('records.blackOrAfricanAmerican') }} as black_or_african_american__plain_boolean,
        {{ rule_placeholder('records.nativeHawaiianOrOtherPacificIslander', 'words too') }}
            as native_hawaiian_or_other_pacific_islander__placeholder,
        case when {{ rule_well_formed_boolean(
            'records.nativeHawaiianOrOtherPacificIslander'
        ) }} then not native_hawaiian_or_other_pacific_islander__placeholder end as native_hawaiian_or_other_pacific_islander__well_formed_boolean,
        {{ rule_plain_boolean('records.nativeHawaiianOrOtherPacificIslander') }}
            as native_hawaiian_or_other_pacific_islander__plain_boolean,
        {{ rule_placeholder('records.white', 'words too') }} as white__placeholder,
        case when {{ rule_well_formed_boolean('records.white') }} then not white__placeholder end
            as white__well_formed_boolean,
        {{ rule_plain_boolean('records.white') }} as white__plain_boolean,
        {{ rule_placeholder('records.demographicRaceTwoOrMoreRaces', 'words too') }}
            as demographic_race_two_or_more_races__placeholder,
        case when {{ rule_well_formed_boolean(
            'records.demographicRaceTwoOrMoreRaces'
        ) }} then not demographic_race_two_or_more_races__placeholder end as demographic_race_two_or_more_races__well_formed_boolean,
        {{ rule_plain_boolean('records.demographicRaceTwoOrMoreRaces') }}
            as demographic_race_two_or_more_races__plain_boolean,
        {{ rule_placeholder('records.hispanicOrLatinoEthnicity', 'words too') }}
            as hispanic_or_latino_ethnicity__placeholder,
        case when {{ rule_well_formed_boolean(
            'records.hispanicOrLatinoEthnicity'
        ) }} then not hispanic_or_latino_ethnicity__placeholder end as hispanic_or_latino_ethnicity__well_formed_boolean,
        {{ rule_plain_boolean('records.hispanicOrLatinoEthnicity') }} as hispanic_or_latino_ethnicity__plain_boolean,
        {{ rule_placeholder('records.countryOfBirthCode', 'words too') }} as country_of_birth_code__placeholder,
        {{ rule_one_line('records.countryOfBirthCode') }} as country_of_birth_code__one_line,
        {{ rule_mojibake('records.countryOfBirthCode') }} as country_of_birth_code__mojibake,
        {{ rule_html_entity('records.countryOfBirthCode') }} as country_of_birth_code__html_entity,
        {{ rule_scientific_notation('records.countryOfBirthCode') }} as country_of_birth_code__scientific_notation,
        {{ rule_placeholder('records.stateOfBirthAbbreviation', 'words too') }}
            as state_of_birth_abbreviation__placeholder,
        {{ rule_one_line('records.stateOfBirthAbbreviation') }} as state_of_birth_abbreviation__one_line,
        {{ rule_mojibake('records.stateOfBirthAbbreviation') }} as state_of_birth_abbreviation__mojibake,
        {{ rule_html_entity('records.stateOfBirthAbbreviation') }} as state_of_birth_abbreviation__html_entity,
        {{ rule_scientific_notation('records.stateOfBirthAbbreviation') }}
            as state_of_birth_abbreviation__scientific_notation,
        {{ rule_placeholder('records.cityOfBirth', 'words too') }} as city_of_birth__placeholder,
        {{ rule_one_line('records.cityOfBirth') }} as city_of_birth__one_line,
        {{ rule_mojibake('records.cityOfBirth') }} as city_of_birth__mojibake,
        {{ rule_html_entity('records.cityOfBirth') }} as city_of_birth__html_entity,
        {{ rule_scientific_notation('records.cityOfBirth') }} as city_of_birth__scientific_notation,
        {{ rule_placeholder('records.publicSchoolResidenceStatus', 'words too') }}
            as public_school_residence_status__placeholder,
        {{ rule_one_line('records.publicSchoolResidenceStatus') }} as public_school_residence_status__one_line,
        {{ rule_mojibake('records.publicSchoolResidenceStatus') }} as public_school_residence_status__mojibake,
        {{ rule_html_entity('records.publicSchoolResidenceStatus') }} as public_school_residence_status__html_entity,
        {{ rule_scientific_notation('records.publicSchoolResidenceStatus') }}
            as public_school_residence_status__scientific_notation
    from records
    cross join date_orders
    left join users
        on records.inbound_flow_id = users.inbound_flow_id and records.sourcedId = users.sourced_id
    left join ref_sex on lower(records.sex) = ref_sex.spelling
),

flagged as materialized (
    select *
    from flags
    where true in (is_special, *columns('.+__.+'))
),

race_codes as (
    select
        items.inbound_flow_id,
        items.drop_id,
        items.oneroster_version,
        items.line_number,
        items.sourced_id,
        items.item,
        items.items,
        {{ rule_placeholder('items.item', 'words too') }} as race_codes__placeholder,
        case when {{ rule_in_reference_definitions(
            'items.item', 'ref_race.code', 'items.oneroster_version'
        ) }} then not race_codes__placeholder end as race_codes__in_reference_definitions,
        {{ rule_plain_code('ref_race.is_alias') }} as race_codes__plain_code
    from ({{ items_of('records', 'raceCodes') }}) as items
    left join ref_race on lower(items.item) = ref_race.spelling
    where race_codes__placeholder or race_codes__in_reference_definitions or race_codes__plain_code
),

ethnicity_codes as (
    select
        items.inbound_flow_id,
        items.drop_id,
        items.oneroster_version,
        items.line_number,
        items.sourced_id,
        items.item,
        items.items,
        {{ rule_placeholder('items.item', 'words too') }} as ethnicity_codes__placeholder,
        case when {{ rule_in_reference_definitions(
            'items.item', 'ref_ethnicity.code', 'items.oneroster_version'
        ) }} then not ethnicity_codes__placeholder end as ethnicity_codes__in_reference_definitions,
        {{ rule_plain_code('ref_ethnicity.is_alias') }} as ethnicity_codes__plain_code
    from ({{ items_of('records', 'ethnicityCodes') }}) as items
    left join ref_ethnicity on lower(items.item) = ref_ethnicity.spelling
    where ethnicity_codes__placeholder or ethnicity_codes__in_reference_definitions or ethnicity_codes__plain_code
),

broken as (
    {{ broken_rules('flagged', ['race_codes', 'ethnicity_codes'], line_flags=[
        'line__readable_line',
        'line__surplus_cells',
        'sourced_id__not_repeated',
        'status__blank_in_bulk',
        'date_last_modified__blank_in_bulk',
    ]) }}
),

{{ verdicts('demographics.csv') }}

select * from lines
