-- Written by `make models` from seeds/catalogue, which is the place to change it.
{% snapshot history_directory__users %}
{{ config(alias='directory_users') }}

select *
from {{ ref('changes_directory__users') }}
where change <> 'stood_in'

{% endsnapshot %}
