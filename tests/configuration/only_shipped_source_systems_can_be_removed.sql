{{ config(tags=['configuration']) }}

with source_system_line as (
    select * from {{ ref('source_system_line') }}
),

shipped as (
    select source_system_id
    from source_system_line
    where not is_district
)

select
    place || ': is_removed is true, but no source system of this id is shipped. '
    || 'Delete the line instead.' as message
from source_system_line
where
    is_district
    and lower(is_removed) = 'true'
    and source_system_id not in (select shipped.source_system_id from shipped)
