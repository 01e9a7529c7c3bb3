with landing as (
    select * from {{ ref('landing_oneroster__user_profiles') }}
),

users as (
    {{ reference_targets('users.csv') }}
),

{{ judged_records('userProfiles.csv') }}

select * from judged
