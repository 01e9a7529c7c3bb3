select
    sourced_id as user_sourced_id,
    unnest(grades) as grade
from {{ ref('stg_users') }}
