with landing as (
    select * from {{ ref('landing_oneroster__courses') }}
),

academic_sessions as (
    {{ reference_targets('academicSessions.csv') }}
),

orgs as (
    {{ reference_targets('orgs.csv') }}
),

{{ judged_records('courses.csv') }}

select * from judged
