{{ config(tags=['configuration']) }}

with ref_definition_line as (
    select * from {{ ref('ref_definition_line') }}
),

reference_types as (
    select distinct reference_type from ref_definition_line
    where not is_district
)

select
    ref_definition_line.place || ': reference_type is ''' || ref_definition_line.reference_type || ''', which does not '
    || 'exist. Did you mean ''' || (
        select
            max_by(
                reference_types.reference_type,
                jaro_winkler_similarity(reference_types.reference_type, ref_definition_line.reference_type)
            )
        from reference_types
    ) || '''?' as message
from ref_definition_line
where ref_definition_line.reference_type not in (select reference_types.reference_type from reference_types)
