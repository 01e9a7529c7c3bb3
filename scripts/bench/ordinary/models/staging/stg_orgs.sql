select
    trim(sourcedId) as sourced_id,
    trim(name) as name,
    trim(type) as type,
    trim(identifier) as identifier,
    trim(parentSourcedId) as parent_sourced_id
from {{ ref('landing_orgs') }}
