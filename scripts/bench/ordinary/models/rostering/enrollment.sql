with newest as (
    {{ newest(ref('history_enrollments')) }}
)

select
    sourced_id as enrollment_id,
    user_sourced_id as person_id,
    class_sourced_id as section_id,
    school_sourced_id as organization_id,
    role,
    is_primary,
    begin_date as entry_date,
    end_date as exit_date,
    is_present,
    first_seen_at
from newest
