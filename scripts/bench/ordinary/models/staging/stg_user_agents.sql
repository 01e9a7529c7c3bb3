select
    sourced_id as user_sourced_id,
    unnest(agent_sourced_ids) as agent_sourced_id
from {{ ref('stg_users') }}
