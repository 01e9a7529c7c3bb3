with newest as (
    {{ newest(ref('history_users')) }}
)

select
    sourced_id as person_id,
    unnest(list_filter([username, identifier], lambda item: item is not null) || coalesce(user_ids, [])) as identifier,
    is_present,
    first_seen_at
from newest
