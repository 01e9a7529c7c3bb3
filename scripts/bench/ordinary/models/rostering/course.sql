with newest as (
    {{ newest(ref('history_courses')) }}
)

select
    sourced_id as course_id,
    title as name,
    course_code as code,
    grades,
    subjects,
    subject_codes,
    org_sourced_id as organization_id,
    school_year_sourced_id as session_id,
    is_present,
    first_seen_at
from newest
