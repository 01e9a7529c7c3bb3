select
    sourced_id as course_sourced_id,
    unnest(grades) as grade
from {{ ref('stg_courses') }}
