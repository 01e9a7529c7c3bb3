-- Written by `make models` from seeds/catalogue, which is the place to change it.
{%- set columns = [
    'sourcedId', 'status', 'dateLastModified', 'birthDate',
    'sex', 'americanIndianOrAlaskaNative', 'asian', 'blackOrAfricanAmerican',
    'nativeHawaiianOrOtherPacificIslander', 'white', 'demographicRaceTwoOrMoreRaces', 'hispanicOrLatinoEthnicity',
    'countryOfBirthCode', 'stateOfBirthAbbreviation', 'cityOfBirth', 'publicSchoolResidenceStatus',
    'raceCodes', 'ethnicityCodes'
] %}

with final as (
    {{ landed('demographics.csv', columns) }}
)

select * from final
