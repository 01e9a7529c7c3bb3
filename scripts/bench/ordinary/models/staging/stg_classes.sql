select
    trim(sourcedId) as sourced_id,
    trim(title) as title,
    {{ as_list('grades') }} as grades,
    trim(courseSourcedId) as course_sourced_id,
    trim(classCode) as class_code,
    trim(classType) as class_type,
    trim(location) as location,
    trim(schoolSourcedId) as school_sourced_id,
    {{ as_list('termSourcedIds') }} as term_sourced_ids,
    {{ as_list('subjects') }} as subjects,
    {{ as_list('subjectCodes') }} as subject_codes,
    {{ as_list('periods') }} as periods
from {{ ref('landing_classes') }}
