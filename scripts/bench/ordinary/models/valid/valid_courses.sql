with unrepeated as (
    {{ without_repeats(ref('stg_courses')) }}
)

select
    courses.* exclude (school_year_sourced_id, grades)
    replace ({{ one_line('course_code') }} as course_code),
    sessions.sourced_id as school_year_sourced_id,
    nullif(list_filter(courses.grades, lambda grade: {{ is_grade('grade') }}), []) as grades
from unrepeated as courses
semi join {{ ref('valid_orgs') }} as orgs on courses.org_sourced_id = orgs.sourced_id
left join {{ ref('valid_academic_sessions') }} as sessions on courses.school_year_sourced_id = sessions.sourced_id
where
    {{ is_id('courses.sourced_id') }}
    and {{ one_line('courses.title') }} is not null
