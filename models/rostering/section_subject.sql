with section_version as (
    select * from {{ ref('section_version') }}
),

ref_definition as (
    select * from {{ ref('ref_definition') }}
),

-- names and codes belong together by position when there are as many of both
paired as (
    select
        section_id,
        source_system_id,
        is_current,
        valid_from,
        seen_until,
        unnest(subjects) as subject,
        unnest(subject_codes) as subject_code
    from section_version
    where len(subjects) = len(subject_codes)
),

lone_subjects as (
    select
        section_id,
        source_system_id,
        is_current,
        valid_from,
        seen_until,
        unnest(subjects) as subject,
        cast(null as varchar) as subject_code
    from section_version
    where len(subjects) is distinct from len(subject_codes)
),

lone_codes as (
    select
        section_id,
        source_system_id,
        is_current,
        valid_from,
        seen_until,
        cast(null as varchar) as subject,
        unnest(subject_codes) as subject_code
    from section_version
    where len(subjects) is distinct from len(subject_codes)
),

items as (
    select * from paired
    union all
    select * from lone_subjects
    union all
    select * from lone_codes
),

subjects as (
    select
        section_id,
        source_system_id,
        subject,
        subject_code,
        bool_or(is_current) as is_present_in_source,
        min(valid_from) as first_seen_at,
        max(seen_until) as last_seen_at
    from items
    where subject is not null or subject_code is not null
    group by section_id, source_system_id, subject, subject_code
),

academic_subject as (
    select
        ref_definition_id,
        lower(code) as code
    from ref_definition
    where reference_type = 'RefAcademicSubject'
),

final as (
    select
        concat_ws(
            ',', subjects.section_id, coalesce(subjects.subject, ''), coalesce(subjects.subject_code, '')
        ) as section_subject_id,
        subjects.source_system_id,
        subjects.section_id,
        coalesce(by_code.ref_definition_id, by_name.ref_definition_id) as ref_academic_subject_id,
        subjects.subject,
        subjects.subject_code,
        subjects.is_present_in_source,
        subjects.first_seen_at,
        subjects.last_seen_at
    from subjects
    left join academic_subject as by_code on lower(subjects.subject_code) = by_code.code
    left join academic_subject as by_name on lower(subjects.subject) = by_name.code
)

select * from final
