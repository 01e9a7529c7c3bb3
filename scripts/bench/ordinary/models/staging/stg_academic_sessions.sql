select
    trim(sourcedId) as sourced_id,
    trim(title) as title,
    trim(type) as type,
    try_cast(startDate as date) as start_date,
    try_cast(endDate as date) as end_date,
    trim(parentSourcedId) as parent_sourced_id,
    try_cast(schoolYear as integer) as school_year
from {{ ref('landing_academic_sessions') }}
