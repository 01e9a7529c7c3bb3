with newest as (
    {{ newest(ref('history_classes')) }}
)

select
    sourced_id as section_id,
    title as name,
    class_code as code,
    class_type as type,
    location,
    grades,
    subjects,
    subject_codes,
    course_sourced_id as course_id,
    school_sourced_id as organization_id,
    is_present,
    first_seen_at
from newest
