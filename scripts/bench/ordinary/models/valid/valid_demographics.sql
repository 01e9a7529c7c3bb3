with unrepeated as (
    {{ without_repeats(ref('stg_demographics')) }}
)

select
    demographics.*
    replace (
        case when sex in ('male', 'female') then sex end as sex,
        {{ one_line('country_of_birth_code') }} as country_of_birth_code,
        {{ one_line('state_of_birth_abbreviation') }} as state_of_birth_abbreviation,
        {{ one_line('city_of_birth') }} as city_of_birth,
        {{ one_line('public_school_residence_status') }} as public_school_residence_status
    )
from unrepeated as demographics
semi join {{ ref('valid_users') }} as users on demographics.sourced_id = users.sourced_id
