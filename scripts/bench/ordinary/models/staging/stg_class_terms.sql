select
    sourced_id as class_sourced_id,
    unnest(term_sourced_ids) as term_sourced_id
from {{ ref('stg_classes') }}
