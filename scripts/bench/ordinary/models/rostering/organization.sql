with newest as (
    {{ newest(ref('history_orgs')) }}
)

select
    sourced_id as organization_id,
    name,
    type,
    identifier,
    parent_sourced_id as parent_organization_id,
    is_present,
    first_seen_at
from newest
