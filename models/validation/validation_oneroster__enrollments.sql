with landing as (
    select * from {{ ref('landing_oneroster__enrollments') }}
),

classes as (
    {{ reference_targets('classes.csv') }}
),

orgs as (
    {{ reference_targets('orgs.csv') }}
),

users as (
    {{ reference_targets('users.csv') }}
),

{{ judged_records('enrollments.csv') }}

select * from judged
