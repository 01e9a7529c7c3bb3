-- Written by `make models` from seeds/catalogue, which is the place to change it.
with landing as not materialized (
    select * from {{ ref('landing_oneroster__classes') }}
),

courses as (
    {{ usable_records('courses.csv') }}
),

orgs as (
    {{ usable_records('orgs.csv') }}
),

academic_sessions as (
    {{ usable_records('academicSessions.csv') }}
),

left_out as (
    {{ left_out_records(['courses.csv', 'orgs.csv', 'academicSessions.csv']) }}
),

ref_grade_level as (
    select
        spelling,
        code,
        is_alias
    from {{ ref('code_spelling') }}
    where reference_type = 'RefGradeLevel'
),

ref_section_type as (
    select
        spelling,
        code,
        is_alias
    from {{ ref('code_spelling') }}
    where reference_type = 'RefSectionType'
),

repeats as materialized (
    {{ repeats('classes.csv', 'sourcedId') }}
),

records as not materialized (
    select
        landing.*,
        landing.sourcedId as sourced_id,
        coalesce(repeats.is_in_conflict, false) as is_in_conflict
    from landing
    left join repeats
        on landing.inbound_flow_id = repeats.inbound_flow_id and landing.line_number = repeats.line_number
    where
        landing.unreadable_reason is null
        and not landing.is_withdrawn
        and not coalesce(repeats.is_copy, false)
),

flagged_lines as (
    select
        landing.inbound_flow_id,
        landing.drop_id,
        landing.line_number,
        {{ rule_readable_line('landing.unreadable_reason') }} as line__readable_line,
        {{ rule_surplus_cells('landing.surplus_cells') }} as line__surplus_cells,
        {{ rule_not_repeated('repeats.is_copy') }} as sourced_id__not_repeated,
        {{ rule_blank_in_bulk('landing.status') }} and landing.sourcedId is not null as status__blank_in_bulk,
        {{ rule_blank_in_bulk('landing.dateLastModified') }} and landing.sourcedId is not null
            as date_last_modified__blank_in_bulk,
        (
            line__readable_line
            or line__surplus_cells
            or sourced_id__not_repeated
            or status__blank_in_bulk
            or date_last_modified__blank_in_bulk
        ) as has_fault
    from landing
    left join repeats
        on landing.inbound_flow_id = repeats.inbound_flow_id and landing.line_number = repeats.line_number
),

flagged as (
    select
        records.inbound_flow_id,
        records.drop_id,
        records.line_number,
        {{ rule_placeholder('records.sourcedId') }} as sourced_id__placeholder,
        {{ rule_not_in_conflict('records.is_in_conflict') }} as sourced_id__not_in_conflict,
        {{ rule_required('records.sourcedId') }} as sourced_id__required,
        case when {{ rule_well_formed_id('records.sourcedId') }} then not sourced_id__placeholder end
            as sourced_id__well_formed_id,
        {{ rule_standard_characters('records.sourcedId') }} as sourced_id__standard_characters,
        {{ rule_scientific_notation('records.sourcedId') }} as sourced_id__scientific_notation,
        {{ rule_placeholder('records.title') }} as title__placeholder,
        {{ rule_required('records.title') }} as title__required,
        {{ rule_one_line('records.title') }} as title__one_line,
        {{ rule_mojibake('records.title') }} as title__mojibake,
        {{ rule_html_entity('records.title') }} as title__html_entity,
        {{ rule_scientific_notation('records.title') }} as title__scientific_notation,
        {{ rule_placeholder('records.courseSourcedId') }} as course_sourced_id__placeholder,
        {{ rule_required('records.courseSourcedId') }} as course_sourced_id__required,
        case when {{ rule_well_formed_id(
            'records.courseSourcedId', 'courses.sourced_id'
        ) }} then not course_sourced_id__placeholder end as course_sourced_id__well_formed_id,
        case when {{ rule_references(
            'records.courseSourcedId', 'courses.sourced_id'
        ) }} then not course_sourced_id__placeholder end as course_sourced_id__references,
        {{ rule_placeholder('records.classCode', 'words too') }} as class_code__placeholder,
        {{ rule_one_line('records.classCode') }} as class_code__one_line,
        {{ rule_mojibake('records.classCode') }} as class_code__mojibake,
        {{ rule_html_entity('records.classCode') }} as class_code__html_entity,
        {{ rule_scientific_notation('records.classCode') }} as class_code__scientific_notation,
        {{ rule_placeholder('records.classType') }} as class_type__placeholder,
        {{ rule_required('records.classType') }} as class_type__required,
        case when {{ rule_in_reference_definitions(
            'records.classType', 'ref_section_type.code', 'records.oneroster_version'
        ) }} then not class_type__placeholder end as class_type__in_reference_definitions,
        {{ rule_plain_code('ref_section_type.is_alias') }} as class_type__plain_code,
        {{ rule_placeholder('records.location', 'words too') }} as location__placeholder,
        {{ rule_one_line('records.location') }} as location__one_line,
        {{ rule_mojibake('records.location') }} as location__mojibake,
        {{ rule_html_entity('records.location') }} as location__html_entity,
        {{ rule_scientific_notation('records.location') }} as location__scientific_notation,
        {{ rule_placeholder('records.schoolSourcedId') }} as school_sourced_id__placeholder,
        {{ rule_required('records.schoolSourcedId') }} as school_sourced_id__required,
        case when {{ rule_well_formed_id(
            'records.schoolSourcedId', 'orgs.sourced_id'
        ) }} then not school_sourced_id__placeholder end as school_sourced_id__well_formed_id,
        case when {{ rule_references(
            'records.schoolSourcedId', 'orgs.sourced_id'
        ) }} then not school_sourced_id__placeholder end as school_sourced_id__references,
        {{ rule_required(as_list('records.termSourcedIds')) }} as term_sourced_ids__required,
        {{ rule_one_line('records.subjects') }} as subjects__one_line,
        {{ rule_mojibake('records.subjects') }} as subjects__mojibake,
        {{ rule_html_entity('records.subjects') }} as subjects__html_entity,
        {{ rule_one_line('records.subjectCodes') }} as subject_codes__one_line,
        {{ rule_mojibake('records.subjectCodes') }} as subject_codes__mojibake,
        {{ rule_html_entity('records.subjectCodes') }} as subject_codes__html_entity,
        {{ rule_one_line('records.periods') }} as periods__one_line,
        {{ rule_mojibake('records.periods') }} as periods__mojibake,
        {{ rule_html_entity('records.periods') }} as periods__html_entity,
        (
            sourced_id__placeholder
            or sourced_id__not_in_conflict
            or sourced_id__required
            or sourced_id__well_formed_id
            or sourced_id__standard_characters
            or sourced_id__scientific_notation
            or title__placeholder
            or title__required
            or title__one_line
            or title__mojibake
            or title__html_entity
            or title__scientific_notation
            or course_sourced_id__placeholder
            or course_sourced_id__required
            or course_sourced_id__well_formed_id
            or course_sourced_id__references
            or class_code__placeholder
            or class_code__one_line
            or class_code__mojibake
            or class_code__html_entity
            or class_code__scientific_notation
            or class_type__placeholder
            or class_type__required
            or class_type__in_reference_definitions
            or class_type__plain_code
            or location__placeholder
            or location__one_line
            or location__mojibake
            or location__html_entity
            or location__scientific_notation
            or school_sourced_id__placeholder
            or school_sourced_id__required
            or school_sourced_id__well_formed_id
            or school_sourced_id__references
            or term_sourced_ids__required
            or subjects__one_line
            or subjects__mojibake
            or subjects__html_entity
            or subject_codes__one_line
            or subject_codes__mojibake
            or subject_codes__html_entity
            or periods__one_line
            or periods__mojibake
            or periods__html_entity
        ) as has_fault
    from records
    left join courses
        on records.inbound_flow_id = courses.inbound_flow_id and records.courseSourcedId = courses.sourced_id
    left join ref_section_type on lower(records.classType) = ref_section_type.spelling
    left join orgs
        on records.inbound_flow_id = orgs.inbound_flow_id and records.schoolSourcedId = orgs.sourced_id
),

grades as (
    select
        items.inbound_flow_id,
        items.drop_id,
        items.line_number,
        items.item,
        items.items,
        {{ rule_placeholder('items.item', 'words too') }} as grades__placeholder,
        case when {{ rule_in_reference_definitions(
            'items.item', 'ref_grade_level.code', 'items.oneroster_version'
        ) }} then not grades__placeholder end as grades__in_reference_definitions,
        {{ rule_plain_code('ref_grade_level.is_alias') }} as grades__plain_code,
        (grades__placeholder or grades__in_reference_definitions or grades__plain_code) as has_fault
    from ({{ items_of('records', 'grades') }}) as items
    left join ref_grade_level on lower(items.item) = ref_grade_level.spelling
),

term_sourced_ids as (
    select
        items.inbound_flow_id,
        items.drop_id,
        items.line_number,
        items.item,
        items.items,
        {{ rule_placeholder('items.item') }} as term_sourced_ids__placeholder,
        case when {{ rule_well_formed_id(
            'items.item', 'academic_sessions.sourced_id'
        ) }} then not term_sourced_ids__placeholder end as term_sourced_ids__well_formed_id,
        case when {{ rule_references(
            'items.item', 'academic_sessions.sourced_id'
        ) }} then not term_sourced_ids__placeholder end as term_sourced_ids__references,
        (term_sourced_ids__placeholder or term_sourced_ids__well_formed_id or term_sourced_ids__references) as has_fault
    from ({{ items_of('records', 'termSourcedIds') }}) as items
    left join academic_sessions
        on items.inbound_flow_id = academic_sessions.inbound_flow_id and items.item = academic_sessions.sourced_id
),

subjects as (
    select
        items.inbound_flow_id,
        items.drop_id,
        items.line_number,
        items.item,
        items.items,
        {{ rule_placeholder('items.item', 'words too') }} as subjects__placeholder,
        (subjects__placeholder) as has_fault
    from ({{ items_of('records', 'subjects') }}) as items
),

subject_codes as (
    select
        items.inbound_flow_id,
        items.drop_id,
        items.line_number,
        items.item,
        items.items,
        {{ rule_placeholder('items.item', 'words too') }} as subject_codes__placeholder,
        (subject_codes__placeholder) as has_fault
    from ({{ items_of('records', 'subjectCodes') }}) as items
),

periods as (
    select
        items.inbound_flow_id,
        items.drop_id,
        items.line_number,
        items.item,
        items.items,
        {{ rule_placeholder('items.item', 'words too') }} as periods__placeholder,
        (periods__placeholder) as has_fault
    from ({{ items_of('records', 'periods') }}) as items
),

{{ findings('classes.csv', ['flagged_lines', 'flagged'], ['grades', 'term_sourced_ids', 'subjects', 'subject_codes', 'periods']) }},

{{ verdicts('classes.csv') }}
