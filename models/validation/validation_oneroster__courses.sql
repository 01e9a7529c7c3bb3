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
        code,
        is_alias
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
            when repeats.is_overtaken then 'overtaken'
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
        records.oneroster_version,
        records.line_number,
        records.sourced_id,
        records.disposition,
        records.disposition is not null as is_special,
        {{ rule_readable_line('records.unreadable_reason') }} as line__readable_line,
        {{ rule_surplus_cells('records.surplus_cells') }} as line__surplus_cells,
        {{ rule_not_repeated('records.is_copy') }} as sourced_id__not_repeated,
        {{ rule_blank_in_bulk('records.status', 'records.is_delta') }} and records.sourced_id is not null
            as status__blank_in_bulk,
        {{ rule_blank_in_bulk('records.dateLastModified', 'records.is_delta') }} and records.sourced_id is not null
            as date_last_modified__blank_in_bulk,
        {{ rule_placeholder('records.sourcedId') }} as sourced_id__placeholder,
        {{ rule_not_in_conflict('records.is_in_conflict') }} as sourced_id__not_in_conflict,
        {{ rule_required('records.sourcedId') }} as sourced_id__required,
        case when {{ rule_well_formed_id('records.sourcedId') }} then not sourced_id__placeholder end
            as sourced_id__well_formed_id,
        {{ rule_standard_characters('records.sourcedId') }} as sourced_id__standard_characters,
        {{ rule_scientific_notation('records.sourcedId') }} as sourced_id__scientific_notation,
        {{ rule_filled_in_delta('records.status', 'records.is_delta', 'status') }} as status__filled_in_delta,
        {{ rule_filled_in_delta('records.dateLastModified', 'records.is_delta', 'modified') }}
            as date_last_modified__filled_in_delta,
        {{ rule_placeholder('records.schoolYearSourcedId', 'words too') }} as school_year_sourced_id__placeholder,
        case when {{ rule_well_formed_id(
            'records.schoolYearSourcedId', 'academic_sessions.sourced_id'
        ) }} then not school_year_sourced_id__placeholder end as school_year_sourced_id__well_formed_id,
        case when {{ rule_references(
            'records.schoolYearSourcedId', 'academic_sessions.sourced_id'
        ) }} then not school_year_sourced_id__placeholder end as school_year_sourced_id__references,
        {{ rule_placeholder('records.title') }} as title__placeholder,
        {{ rule_required('records.title') }} as title__required,
        {{ rule_one_line('records.title') }} as title__one_line,
        {{ rule_mojibake('records.title') }} as title__mojibake,
        {{ rule_html_entity('records.title') }} as title__html_entity,
        {{ rule_scientific_notation('records.title') }} as title__scientific_notation,
        {{ rule_placeholder('records.courseCode', 'words too') }} as course_code__placeholder,
        {{ rule_one_line('records.courseCode') }} as course_code__one_line,
        {{ rule_mojibake('records.courseCode') }} as course_code__mojibake,
        {{ rule_html_entity('records.courseCode') }} as course_code__html_entity,
        {{ rule_scientific_notation('records.courseCode') }} as course_code__scientific_notation,
        {{ rule_placeholder('records.orgSourcedId') }} as org_sourced_id__placeholder,
        {{ rule_required('records.orgSourcedId') }} as org_sourced_id__required,
        case when {{ rule_well_formed_id(
            'records.orgSourcedId', 'orgs.sourced_id'
        ) }} then not org_sourced_id__placeholder end as org_sourced_id__well_formed_id,
        case when {{ rule_references(
            'records.orgSourcedId', 'orgs.sourced_id'
        ) }} then not org_sourced_id__placeholder end as org_sourced_id__references,
        {{ rule_one_line('records.subjects') }} as subjects__one_line,
        {{ rule_mojibake('records.subjects') }} as subjects__mojibake,
        {{ rule_html_entity('records.subjects') }} as subjects__html_entity,
        {{ rule_one_line('records.subjectCodes') }} as subject_codes__one_line,
        {{ rule_mojibake('records.subjectCodes') }} as subject_codes__mojibake,
        {{ rule_html_entity('records.subjectCodes') }} as subject_codes__html_entity
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
        items.oneroster_version,
        items.line_number,
        items.sourced_id,
        items.item,
        items.items,
        {{ rule_placeholder('items.item', 'words too') }} as grades__placeholder,
        case when {{ rule_in_reference_definitions(
            'items.item', 'ref_grade_level.code', 'items.oneroster_version'
        ) }} then not grades__placeholder end as grades__in_reference_definitions,
        {{ rule_plain_code('ref_grade_level.is_alias') }} as grades__plain_code
    from ({{ items_of('records', 'grades') }}) as items
    left join ref_grade_level on lower(items.item) = ref_grade_level.spelling
    where grades__placeholder or grades__in_reference_definitions or grades__plain_code
),

subjects as (
    select
        items.inbound_flow_id,
        items.drop_id,
        items.oneroster_version,
        items.line_number,
        items.sourced_id,
        items.item,
        items.items,
        {{ rule_placeholder('items.item', 'words too') }} as subjects__placeholder
    from ({{ items_of('records', 'subjects') }}) as items
    where subjects__placeholder
),

subject_codes as (
    select
        items.inbound_flow_id,
        items.drop_id,
        items.oneroster_version,
        items.line_number,
        items.sourced_id,
        items.item,
        items.items,
        {{ rule_placeholder('items.item', 'words too') }} as subject_codes__placeholder
    from ({{ items_of('records', 'subjectCodes') }}) as items
    where subject_codes__placeholder
),

broken as (
    {{ broken_rules('flagged', ['grades', 'subjects', 'subject_codes'], line_flags=[
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
