with newest as (
    {{ newest(ref('history_users')) }}
)

select
    sourced_id as person_id,
    unnest(list_filter([sms, phone], lambda item: item is not null)) as phone_number,
    is_present,
    first_seen_at
from newest
