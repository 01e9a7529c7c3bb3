with newest as (
    {{ newest(ref('history_users')) }}
)

select
    sourced_id as person_id,
    unnest(org_sourced_ids) as organization_id,
    role,
    case when len(grades) = 1 then grades[1] end as grade_level,
    is_present,
    first_seen_at
from newest
