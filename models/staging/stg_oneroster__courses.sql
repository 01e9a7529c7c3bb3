with codes as (
    select
        reference_type,
        lower(code) as code_key,
        code
    from {{ ref('ref_definition') }}
    where not is_disabled
),

grade_levels as (
    select map_from_entries(list((code_key, code))) as codes
    from codes
    where reference_type = 'RefGradeLevel'
),

{{ staged_lines('courses.csv') }},

final as (
    select
        landed.inbound_flow_id,
        landed.sourcedId as sourced_id,
        cast(null as varchar) as status,
        cast(null as timestamp) as date_last_modified,
        {{ kept('schoolYearSourcedId') }} as school_year_sourced_id,
        {{ kept('title') }} as title,
        {{ kept('courseCode') }} as course_code,
        {{ defined_items(kept_items('grades'), 'grade_levels.codes') }} as grades,
        {{ kept('orgSourcedId') }} as org_sourced_id,
        {{ kept_items('subjects') }} as subjects,
        {{ kept_items('subjectCodes') }} as subject_codes,
        landed.metadata
    from landed
    cross join grade_levels
)

select * from final
