with recursive landing as (
    select * from {{ ref('landing_oneroster__academic_sessions') }}
),

{{ judged_records('academicSessions.csv') }}

select * from judged
