-- Written by `make models` from seeds/catalogue, which is the place to change it.
with landing as not materialized (
    select * from {{ ref('landing_oneroster__courses') }}
),

verdicts as not materialized (
    select * from {{ ref('validation_oneroster__courses') }}
),

ref_grade_level as not materialized (
    select map_from_entries(list((spelling, code))) as codes
    from {{ ref('code_spelling') }}
    where reference_type = 'RefGradeLevel'
),

final as (
    select
        landing.inbound_flow_id,
        landing.sourcedId as sourced_id,
        case when landing.is_delta then lower(landing.status) end as status,
        case when landing.is_delta then {{ as_instant('landing.dateLastModified') }} end as date_last_modified,
        {{ kept('school_year_sourced_id', 'landing.schoolYearSourcedId') }} as school_year_sourced_id,
        {{ kept('title', in_one_line('landing.title')) }} as title,
        {{ kept('course_code', in_one_line('landing.courseCode')) }} as course_code,
        {{ spelt_items(kept_items('grades', 'landing.grades'), 'ref_grade_level.codes') }} as grades,
        {{ kept('org_sourced_id', 'landing.orgSourcedId') }} as org_sourced_id,
        {{ kept_items('subjects', in_one_line('landing.subjects')) }} as subjects,
        {{ kept_items('subject_codes', in_one_line('landing.subjectCodes')) }} as subject_codes,
        landing.metadata
    from landing
    left join verdicts
        on landing.inbound_flow_id = verdicts.inbound_flow_id and landing.line_number = verdicts.line_number
    cross join ref_grade_level
    where coalesce(verdicts.disposition, 'staged') = 'staged'
)

select * from final
