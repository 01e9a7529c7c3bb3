-- Written by `make models` from seeds/catalogue, which is the place to change it.
{% snapshot history_oneroster__relationships %}
{{ config(alias='relationships') }}

select *
from {{ ref('changes_oneroster__relationships') }}
where
    change <> 'stood_in'
    and inbound_flow_id not in (select held_drops.inbound_flow_id from {{ ref('held_drop') }} as held_drops)

{% endsnapshot %}
