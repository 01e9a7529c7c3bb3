select
    trim(sourcedId) as sourced_id,
    trim(classSourcedId) as class_sourced_id,
    trim(schoolSourcedId) as school_sourced_id,
    trim(userSourcedId) as user_sourced_id,
    trim(role) as role,
    case lower(trim("primary")) when 'true' then true when 'false' then false end as is_primary,
    try_cast(beginDate as date) as begin_date,
    try_cast(endDate as date) as end_date
from {{ ref('landing_enrollments') }}
