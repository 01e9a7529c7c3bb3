{% snapshot history_<< file.model >> %}
{{ config(alias='<< file.entity >>') }}

select *
from {{ ref('changes_<< file.model >>') }}
<% if file.is_roster %>
where
    change <> 'stood_in'
    and inbound_flow_id not in (select held_drops.inbound_flow_id from {{ ref('held_drop') }} as held_drops)
<% else %>
where change <> 'stood_in'
<% endif %>

{% endsnapshot %}
