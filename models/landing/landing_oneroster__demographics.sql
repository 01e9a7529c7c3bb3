-- Written by `make models` from seeds/catalogue, which is the place to change it.
with final as (
    {{ landed('demographics.csv', [
        'sourcedId', 'status', 'dateLastModified', 'birthDate',
        'sex', 'americanIndianOrAlaskaNative', 'asian', 'blackOrAfricanAmerican',
        'nativeHawaiianOrOtherPacificIslander', 'white', 'demographicRaceTwoOrMoreRaces', 'hispanicOrLatinoEthnicity',
        'countryOfBirthCode', 'stateOfBirthAbbreviation', 'cityOfBirth', 'publicSchoolResidenceStatus'
    ]) }}
)

select * from final
