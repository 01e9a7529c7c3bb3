select
    trim(sourcedId) as sourced_id,
    trim(schoolYearSourcedId) as school_year_sourced_id,
    trim(title) as title,
    trim(courseCode) as course_code,
    {{ as_list('grades') }} as grades,
    trim(orgSourcedId) as org_sourced_id,
    {{ as_list('subjects') }} as subjects,
    {{ as_list('subjectCodes') }} as subject_codes
from {{ ref('landing_courses') }}
