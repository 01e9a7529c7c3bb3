select
    sourced_id as class_sourced_id,
    unnest(grades) as grade
from {{ ref('stg_classes') }}
