with landing as (
    select * from {{ ref('landing_oneroster__classes') }}
),

courses as (
    {{ reference_targets('courses.csv') }}
),

orgs as (
    {{ reference_targets('orgs.csv') }}
),

academic_sessions as (
    {{ reference_targets('academicSessions.csv') }}
),

{{ judged_records('classes.csv') }}

select * from judged
