-- Written by `make models` from seeds/catalogue, which is the place to change it.
with selected_flow as (
    select * from {{ ref('selected_flow') }}
    where kind = 'roster'
),

present_demographics as (
    select * from {{ ref('history_oneroster__demographics') }}
    where dbt_valid_to is null and is_active_in_session
),

selected_person as (
    select * from {{ ref('selected_person') }}
    where not is_contact
),

records as (
    select
        selected_flow.outbound_flow_id,
        selected_flow.format,
        selected_flow.id_prefix,
        present_demographics.*,
        concat_ws(
            ',',
            {%- for code in [
                'americanIndianOrAlaskaNative', 'asian', 'blackOrAfricanAmerican', 'nativeHawaiianOrOtherPacificIslander',
                'white', 'demographicRaceTwoOrMoreRaces',
            ] %}
            if(present_demographics.{{ snake_case(code) }}, '{{ code }}', null)
            {{- ',' if not loop.last }}
            {%- endfor %}
        ) as race_codes,
        if(present_demographics.hispanic_or_latino_ethnicity, 'hispanicOrLatinoEthnicity', '') as ethnicity_codes
    from selected_flow
    inner join selected_person
        on
            selected_flow.outbound_flow_id = selected_person.outbound_flow_id
            and selected_flow.inbound_flow_id = selected_person.inbound_flow_id
            and list_contains(selected_flow.optional_data, 'demographics')
    inner join present_demographics
        on
            selected_person.inbound_flow_id = present_demographics.inbound_flow_id
            and selected_person.user_sourced_id = present_demographics.sourced_id
),

final as (
    select
        records.outbound_flow_id,
        'demographics' as kind,
        records.id_prefix || records.sourced_id as key,
        case records.format
            when 'oneRoster11'
                then to_json({
                        'sourcedId': records.id_prefix || records.sourced_id,
                        'status': '',
                        'dateLastModified': '',
                        'birthDate': cast(records.birth_date as varchar),
                        'sex': records.sex,
                        'americanIndianOrAlaskaNative': cast(records.american_indian_or_alaska_native as varchar),
                        'asian': cast(records.asian as varchar),
                        'blackOrAfricanAmerican': cast(records.black_or_african_american as varchar),
                        'nativeHawaiianOrOtherPacificIslander':
                        cast(records.native_hawaiian_or_other_pacific_islander as varchar),
                        'white': cast(records.white as varchar),
                        'demographicRaceTwoOrMoreRaces': cast(records.demographic_race_two_or_more_races as varchar),
                        'hispanicOrLatinoEthnicity': cast(records.hispanic_or_latino_ethnicity as varchar),
                        'countryOfBirthCode': records.country_of_birth_code,
                        'stateOfBirthAbbreviation': records.state_of_birth_abbreviation,
                        'cityOfBirth': records.city_of_birth,
                        'publicSchoolResidenceStatus': records.public_school_residence_status
                    })
            when 'oneRoster12'
                then to_json({
                        'sourcedId': records.id_prefix || records.sourced_id,
                        'status': '',
                        'dateLastModified': '',
                        'birthDate': cast(records.birth_date as varchar),
                        'sex': records.sex,
                        'americanIndianOrAlaskaNative': cast(records.american_indian_or_alaska_native as varchar),
                        'asian': cast(records.asian as varchar),
                        'blackOrAfricanAmerican': cast(records.black_or_african_american as varchar),
                        'nativeHawaiianOrOtherPacificIslander':
                        cast(records.native_hawaiian_or_other_pacific_islander as varchar),
                        'white': cast(records.white as varchar),
                        'demographicRaceTwoOrMoreRaces': cast(records.demographic_race_two_or_more_races as varchar),
                        'hispanicOrLatinoEthnicity': cast(records.hispanic_or_latino_ethnicity as varchar),
                        'countryOfBirthCode': records.country_of_birth_code,
                        'stateOfBirthAbbreviation': records.state_of_birth_abbreviation,
                        'cityOfBirth': records.city_of_birth,
                        'publicSchoolResidenceStatus': records.public_school_residence_status
                    })
            when 'schoolDataSyncV21'
                then to_json({
                        'userSourcedId': records.id_prefix || records.sourced_id,
                        'sex': records.sex,
                        'birthDate': cast(records.birth_date as varchar),
                        'birthCity': records.city_of_birth,
                        'birthState': records.state_of_birth_abbreviation,
                        'birthCountry': records.country_of_birth_code,
                        'ethnicityCodes': records.ethnicity_codes,
                        'raceCodes': records.race_codes
                    })
        end as contents
    from records
    where
        records.format in ('oneRoster11', 'oneRoster12', 'schoolDataSyncV21')
        and {{ is_format_asked_for(['oneRoster11', 'oneRoster12', 'schoolDataSyncV21']) }}
)

select * from final
