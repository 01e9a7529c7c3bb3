with newest as (
    {{ newest(ref('history_users')) }}
)

select
    sourced_id as person_id,
    email as email_address,
    is_present,
    first_seen_at
from newest
where email is not null
