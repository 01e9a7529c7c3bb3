with newest as (
    {{ newest(ref('history_classes')) }}
)

select
    sourced_id as section_id,
    unnest(term_sourced_ids) as session_id,
    is_present,
    first_seen_at
from newest
