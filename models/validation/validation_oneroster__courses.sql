-- Written by `make models` from seeds/catalogue, which is the place to change it.
with landing as not materialized (
    select * from {{ ref('landing_oneroster__courses') }}
),

academic_sessions as (
    {{ usable_records('academicSessions.csv') }}
),

orgs as (
    {{ usable_records('orgs.csv') }}
),

ref_grade_level as (
    select
        spelling,
        code
    from {{ ref('code_spelling') }}
    where reference_type = 'RefGradeLevel'
),

repeats as materialized (
    {{ repeats('courses.csv', 'sourcedId') }}
),

-- a line with a disposition is no record to be judged
records as not materialized (
    select
        landing.*,
        landing.sourcedId as sourced_id,
        coalesce(repeats.is_copy, false) as is_copy,
        coalesce(repeats.is_in_conflict, false) as is_in_conflict,
        case
            when landing.unreadable_reason is not null then 'unreadable'
            when landing.is_withdrawn then 'withdrawn'
            when repeats.is_copy then 'collapsed'
        end as disposition
    from landing
    left join repeats
        on landing.inbound_flow_id = repeats.inbound_flow_id and landing.line_number = repeats.line_number
),

flags as (
    select
        records.inbound_flow_id,
        records.drop_id,
        records.line_number,
        records.sourced_id,
        records.disposition,
        records.disposition is not null as is_special,
        {{ rule_readable_line('records.unreadable_reason') }} as line__readable_line,
        {{ rule_surplus_cells('records.surplus_cells') }} as line__surplus_cells,
        {{ rule_not_repeated('records.is_copy') }} as sourced_id__not_repeated,
        {{ rule_blank_in_bulk('records.status') }} and records.sourced_id is not null as status__blank_in_bulk,
        {{ rule_blank_in_bulk('records.dateLastModified') }} and records.sourced_id is not null
            as date_last_modified__blank_in_bulk,
        {{ rule_not_in_conflict('records.is_in_conflict') }} as sourced_id__not_in_conflict,
        {{ rule_required('records.sourcedId') }} as sourced_id__required,
        {{ rule_well_formed_id('records.sourcedId') }} as sourced_id__well_formed_id,
        {{ rule_standard_characters('records.sourcedId') }} as sourced_id__standard_characters,
        {{ rule_well_formed_id('records.schoolYearSourcedId', 'academic_sessions.sourced_id') }}
            as school_year_sourced_id__well_formed_id,
        {{ rule_references('records.schoolYearSourcedId', 'academic_sessions.sourced_id') }}
            as school_year_sourced_id__references,
        {{ rule_required('records.title') }} as title__required,
        {{ rule_one_line('records.title') }} as title__one_line,
        {{ rule_one_line('records.courseCode') }} as course_code__one_line,
        {{ rule_required('records.orgSourcedId') }} as org_sourced_id__required,
        {{ rule_well_formed_id('records.orgSourcedId', 'orgs.sourced_id') }} as org_sourced_id__well_formed_id,
        {{ rule_references('records.orgSourcedId', 'orgs.sourced_id') }} as org_sourced_id__references,
        {{ rule_one_line('records.subjects') }} as subjects__one_line,
        {{ rule_one_line('records.subjectCodes') }} as subject_codes__one_line
    from records
    left join academic_sessions
        on records.inbound_flow_id = academic_sessions.inbound_flow_id and records.schoolYearSourcedId = academic_sessions.sourced_id
    left join orgs
        on records.inbound_flow_id = orgs.inbound_flow_id and records.orgSourcedId = orgs.sourced_id
),

flagged as materialized (
    select *
    from flags
    where true in (is_special, *columns('.+__.+'))
),

grades as (
    select
        items.inbound_flow_id,
        items.drop_id,
        items.line_number,
        items.sourced_id,
        items.item,
        items.items,
        {{ rule_in_reference_definitions('items.item', 'ref_grade_level.code', 'items.oneroster_version') }}
            as grades__in_reference_definitions
    from ({{ items_of('records', 'grades') }}) as items
    left join ref_grade_level on lower(items.item) = ref_grade_level.spelling
    where grades__in_reference_definitions
),

broken as (
    {{ broken_rules('flagged', ['grades'], line_flags=[
        'line__readable_line',
        'line__surplus_cells',
        'sourced_id__not_repeated',
        'status__blank_in_bulk',
        'date_last_modified__blank_in_bulk',
    ]) }}
),

{{ verdicts('courses.csv') }},

stood_in as (
    {{ stood_in('courses.csv', 'lines') }}
),

final as (
    select * from lines
    union all by name
    select
        *,
        'stood_in' as disposition
    from stood_in
)

select * from final
