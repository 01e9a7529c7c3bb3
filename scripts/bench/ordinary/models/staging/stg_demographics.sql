select
    trim(sourcedId) as sourced_id,
    try_cast(birthDate as date) as birth_date,
    trim(sex) as sex,
    {% for flag in [
        'americanIndianOrAlaskaNative', 'asian', 'blackOrAfricanAmerican', 'nativeHawaiianOrOtherPacificIslander', 'white',
        'demographicRaceTwoOrMoreRaces', 'hispanicOrLatinoEthnicity'
    ] %}
    case lower(trim({{ flag }})) when 'true' then true when 'false' then false end
        as {{ modules.re.sub('(?<=[a-z])(?=[A-Z])', '_', flag) | lower }},
    {% endfor %}
    trim(countryOfBirthCode) as country_of_birth_code,
    trim(stateOfBirthAbbreviation) as state_of_birth_abbreviation,
    trim(cityOfBirth) as city_of_birth,
    trim(publicSchoolResidenceStatus) as public_school_residence_status
from {{ ref('landing_demographics') }}
