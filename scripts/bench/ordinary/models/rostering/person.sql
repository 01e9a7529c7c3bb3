with newest as (
    {{ newest(ref('history_users')) }}
)

select
    sourced_id as person_id,
    family_name as surname,
    given_name,
    middle_name,
    enabled_user as is_enabled,
    is_present,
    first_seen_at
from newest
