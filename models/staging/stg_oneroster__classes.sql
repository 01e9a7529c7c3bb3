-- Written by `make models` from seeds/catalogue, which is the place to change it.
with landing as not materialized (
    select * from {{ ref('landing_oneroster__classes') }}
),

verdicts as not materialized (
    select * from {{ ref('validation_oneroster__classes') }}
),

ref_grade_level as not materialized (
    select map_from_entries(list((spelling, code))) as codes
    from {{ ref('code_spelling') }}
    where reference_type = 'RefGradeLevel'
),

ref_section_type as not materialized (
    select
        spelling,
        code
    from {{ ref('code_spelling') }}
    where reference_type = 'RefSectionType'
),

final as (
    select
        landing.inbound_flow_id,
        landing.sourcedId as sourced_id,
        case when landing.is_delta then lower(landing.status) end as status,
        case when landing.is_delta then {{ as_instant('landing.dateLastModified') }} end as date_last_modified,
        {{ kept('title', in_one_line('landing.title')) }} as title,
        {{ spelt_items(kept_items('grades', 'landing.grades'), 'ref_grade_level.codes') }} as grades,
        {{ kept('course_sourced_id', 'landing.courseSourcedId') }} as course_sourced_id,
        {{ kept('class_code', in_one_line('landing.classCode')) }} as class_code,
        {{ kept('class_type', 'coalesce(ref_section_type.code, landing.classType)') }} as class_type,
        {{ kept('location', in_one_line('landing.location')) }} as location,
        {{ kept('school_sourced_id', 'landing.schoolSourcedId') }} as school_sourced_id,
        {{ kept_items('term_sourced_ids', 'landing.termSourcedIds') }} as term_sourced_ids,
        {{ kept_items('subjects', in_one_line('landing.subjects')) }} as subjects,
        {{ kept_items('subject_codes', in_one_line('landing.subjectCodes')) }} as subject_codes,
        {{ kept_items('periods', in_one_line('landing.periods')) }} as periods,
        landing.metadata
    from landing
    left join verdicts
        on landing.inbound_flow_id = verdicts.inbound_flow_id and landing.line_number = verdicts.line_number
    left join ref_section_type on ref_section_type.spelling = lower(landing.classType)
    cross join ref_grade_level
    where coalesce(verdicts.disposition, 'staged') = 'staged'
)

select * from final
