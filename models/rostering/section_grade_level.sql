with section_version as (
    select * from {{ ref('section_version') }}
),

ref_definition as (
    select * from {{ ref('ref_definition') }}
),

items as (
    select
        section_id,
        source_system_id,
        is_current,
        valid_from,
        seen_until,
        unnest(grades) as grade_level
    from section_version
),

grade_levels as (
    select
        section_id,
        source_system_id,
        grade_level,
        bool_or(is_current) as is_present_in_source,
        min(valid_from) as first_seen_at,
        max(seen_until) as last_seen_at
    from items
    where grade_level is not null
    group by section_id, source_system_id, grade_level
),

final as (
    select
        grade_levels.section_id || ',' || grade_levels.grade_level as section_grade_level_id,
        grade_levels.source_system_id,
        grade_levels.section_id,
        ref_definition.ref_definition_id as ref_grade_level_id,
        grade_levels.grade_level,
        grade_levels.is_present_in_source,
        grade_levels.first_seen_at,
        grade_levels.last_seen_at
    from grade_levels
    left join ref_definition
        on
            grade_levels.grade_level = ref_definition.code
            and ref_definition.reference_type = 'RefGradeLevel'
)

select * from final
