select
    sourced_id as user_sourced_id,
    unnest(org_sourced_ids) as org_sourced_id
from {{ ref('stg_users') }}
