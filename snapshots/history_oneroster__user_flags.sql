-- Written by `make models` from seeds/catalogue, which is the place to change it.
{% snapshot history_oneroster__user_flags %}
{{ config(alias='user_flags') }}

select *
from {{ ref('changes_oneroster__user_flags') }}
where
    change <> 'stood_in'
    and inbound_flow_id not in (select held_drops.inbound_flow_id from {{ ref('held_drop') }} as held_drops)

{% endsnapshot %}
