with newest as (
    {{ newest(ref('history_demographics')) }}
)

select
    sourced_id as person_id,
    birth_date,
    sex,
    american_indian_or_alaska_native,
    asian,
    black_or_african_american,
    native_hawaiian_or_other_pacific_islander,
    white,
    demographic_race_two_or_more_races,
    hispanic_or_latino_ethnicity,
    country_of_birth_code,
    state_of_birth_abbreviation,
    city_of_birth,
    public_school_residence_status,
    is_present,
    first_seen_at
from newest
