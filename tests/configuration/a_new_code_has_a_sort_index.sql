{{ config(tags=['configuration']) }}

with ref_definition as (
    select * from {{ ref('ref_definition') }}
),

ref_definition_line as (
    select * from {{ ref('ref_definition_line') }}
    where is_district
)

select
    ref_definition_line.place || ': sort_index is blank, and a new code needs one. Free for example is ' || (
        select max(taken.sort_index) + 10 from ref_definition as taken
        where taken.reference_type = ref_definition.reference_type
    ) || '.' as message
from ref_definition
inner join ref_definition_line
    on
        ref_definition.reference_type = ref_definition_line.reference_type
        and lower(ref_definition.code) = lower(ref_definition_line.code)
where ref_definition.sort_index is null
