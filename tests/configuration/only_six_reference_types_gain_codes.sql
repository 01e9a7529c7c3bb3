{{ config(tags=['configuration']) }}

with ref_definition_line as (
    select * from {{ ref('ref_definition_line') }}
),

ref_definition as (
    select * from {{ ref('ref_definition') }}
    where source = 'Tenant Defined'
)

select
    ref_definition_line.place || ': ' || ref_definition.code || ' is no shipped code of '
    || ref_definition.reference_type || ', and this type cannot gain codes. Use a shipped code. Only these can gain '
    || 'codes: {{ extensible_reference_types() | join(', ') }}.' as message
from ref_definition
inner join ref_definition_line
    on
        ref_definition.reference_type = ref_definition_line.reference_type
        and lower(ref_definition.code) = lower(ref_definition_line.code)
where
    not list_contains({{ sql_list(extensible_reference_types()) }}, ref_definition.reference_type)
