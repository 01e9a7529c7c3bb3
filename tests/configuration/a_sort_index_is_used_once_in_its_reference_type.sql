{{ config(tags=['configuration']) }}

with ref_definition as (
    select * from {{ ref('ref_definition') }}
),

ref_definition_line as (
    select * from {{ ref('ref_definition_line') }}
    where is_district
)

select
    ref_definition_line.place || ': sort_index ' || ref_definition.sort_index || ' is already that of '
    || other_definition.ref_definition_id || '. Choose a free one, or give the other code another one too.' as message
from ref_definition
inner join ref_definition as other_definition
    on
        ref_definition.reference_type = other_definition.reference_type
        and ref_definition.sort_index = other_definition.sort_index
        and ref_definition.code <> other_definition.code
inner join ref_definition_line
    on
        ref_definition.reference_type = ref_definition_line.reference_type
        and lower(ref_definition.code) = lower(ref_definition_line.code)
        and ref_definition_line.sort_index is not null
