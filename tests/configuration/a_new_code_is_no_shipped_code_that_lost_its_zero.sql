{{ config(tags=['configuration']) }}

with ref_definition as (
    select * from {{ ref('ref_definition') }}
),

ref_definition_line as (
    select * from {{ ref('ref_definition_line') }}
    where is_district
)

select
    ref_definition_line.place || ': the code ''' || new_code.code || ''' is probably ''' || shipped_code.code
    || ''' without its leading zero, which spreadsheets take away. Write ''' || shipped_code.code || '''.' as message
from ref_definition as new_code
inner join ref_definition as shipped_code
    on
        new_code.reference_type = shipped_code.reference_type
        and new_code.source = 'Tenant Defined'
        and shipped_code.source <> 'Tenant Defined'
        and ltrim(lower(new_code.code), '0') = ltrim(lower(shipped_code.code), '0')
inner join ref_definition_line
    on
        new_code.reference_type = ref_definition_line.reference_type
        and lower(new_code.code) = lower(ref_definition_line.code)
