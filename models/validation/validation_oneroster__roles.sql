with landing as (
    select * from {{ ref('landing_oneroster__roles') }}
),

users as (
    {{ reference_targets('users.csv') }}
),

orgs as (
    {{ reference_targets('orgs.csv') }}
),

user_profiles as (
    {{ reference_targets('userProfiles.csv') }}
),

{{ judged_records('roles.csv') }}

select * from judged
