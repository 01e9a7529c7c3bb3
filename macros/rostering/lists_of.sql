{#- The grade levels that courses or sections (`entity`) had in any version, one row each. -#}
{% macro grade_levels_of(entity) -%}
    with items as (
        select
            {{ entity }}_id,
            source_system_id,
            is_current,
            valid_from,
            seen_until,
            unnest(grades) as grade_level
        from {{ ref(entity ~ '_version') }}
    ),

    grade_levels as (
        select
            {{ entity }}_id,
            source_system_id,
            grade_level,
            bool_or(is_current) as is_present_in_source,
            min(valid_from) as first_seen_at,
            max(seen_until) as last_seen_at
        from items
        where grade_level is not null
        group by {{ entity }}_id, source_system_id, grade_level
    )

    select
        grade_levels.{{ entity }}_id || ',' || grade_levels.grade_level as {{ entity }}_grade_level_id,
        grade_levels.source_system_id,
        grade_levels.{{ entity }}_id,
        ref_definition.ref_definition_id as ref_grade_level_id,
        grade_levels.grade_level,
        grade_levels.is_present_in_source,
        grade_levels.first_seen_at,
        grade_levels.last_seen_at
    from grade_levels
    left join {{ ref('ref_definition') }} as ref_definition
        on
            grade_levels.grade_level = ref_definition.code
            and ref_definition.reference_type = 'RefGradeLevel'
{%- endmacro %}

{#- The subjects that courses or sections (`entity`) had in any version, one row each. -#}
{% macro subjects_of(entity) -%}
    with versions as (
        select
            {{ entity }}_id,
            source_system_id,
            is_current,
            valid_from,
            seen_until,
            subjects,
            subject_codes,
            -- names and codes belong together by position when there are as many of both
            coalesce(len(subjects) = len(subject_codes), false) as is_paired
        from {{ ref(entity ~ '_version') }}
    ),

    items as (
        select
            * exclude (subjects, subject_codes, is_paired),
            unnest(subjects) as subject,
            unnest(case when is_paired then subject_codes else list_transform(subjects, lambda subject: null) end) as subject_code
        from versions
        union all
        select
            * exclude (subjects, subject_codes, is_paired),
            null as subject,
            unnest(subject_codes) as subject_code
        from versions
        where not is_paired
    ),

    subjects as (
        select
            {{ entity }}_id,
            source_system_id,
            subject,
            subject_code,
            bool_or(is_current) as is_present_in_source,
            min(valid_from) as first_seen_at,
            max(seen_until) as last_seen_at
        from items
        where subject is not null or subject_code is not null
        group by {{ entity }}_id, source_system_id, subject, subject_code
    ),

    academic_subject as (
        select
            ref_definition_id,
            lower(code) as code
        from {{ ref('ref_definition') }}
        where reference_type = 'RefAcademicSubject'
    )

    select
        concat_ws(
            ',', subjects.{{ entity }}_id, coalesce(subjects.subject, ''), coalesce(subjects.subject_code, '')
        ) as {{ entity }}_subject_id,
        subjects.source_system_id,
        subjects.{{ entity }}_id,
        coalesce(by_code.ref_definition_id, by_name.ref_definition_id) as ref_academic_subject_id,
        subjects.subject,
        subjects.subject_code,
        subjects.is_present_in_source,
        subjects.first_seen_at,
        subjects.last_seen_at
    from subjects
    left join academic_subject as by_code on lower(subjects.subject_code) = by_code.code
    left join academic_subject as by_name on lower(subjects.subject) = by_name.code
{%- endmacro %}
