with codes as (
    select
        reference_type,
        lower(code) as code_key,
        code
    from {{ ref('ref_definition') }}
    where not is_disabled
),

grade_levels as (
    select map_from_entries(list((lower(code), code))) as codes
    from {{ ref('ref_definition') }}
    where reference_type = 'RefGradeLevel' and not is_disabled
),

{{ staged_lines('classes.csv') }},

final as (
    select
        landed.inbound_flow_id,
        landed.sourcedId as sourced_id,
        cast(null as varchar) as status,
        cast(null as timestamp) as date_last_modified,
        {{ kept('title') }} as title,
        {{ defined_items(kept_items('grades'), 'grade_levels.codes') }} as grades,
        {{ kept('courseSourcedId') }} as course_sourced_id,
        {{ kept('classCode') }} as class_code,
        {{ kept('classType', 'coalesce(class_types.code, landed."classType")') }} as class_type,
        {{ kept('location') }} as location,
        {{ kept('schoolSourcedId') }} as school_sourced_id,
        {{ kept_items('termSourcedIds') }} as term_sourced_ids,
        {{ kept_items('subjects') }} as subjects,
        {{ kept_items('subjectCodes') }} as subject_codes,
        {{ kept_items('periods') }} as periods,
        landed.metadata
    from landed
    cross join grade_levels
    left join codes as class_types
        on
            class_types.reference_type = 'RefSectionType'
            and class_types.code_key = {{ code_key('landed."classType"') }}
)

select * from final
