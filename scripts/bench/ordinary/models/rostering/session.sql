with newest as (
    {{ newest(ref('history_academic_sessions')) }}
)

select
    sourced_id as session_id,
    title as name,
    type,
    start_date,
    end_date,
    parent_sourced_id as parent_session_id,
    school_year,
    is_present,
    first_seen_at
from newest
