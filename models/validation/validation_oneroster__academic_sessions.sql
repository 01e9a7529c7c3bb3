-- Written by `make models` from seeds/catalogue, which is the place to change it.
with recursive landing as not materialized (
    select * from {{ ref('landing_oneroster__academic_sessions') }}
),

left_out as (
    {{ left_out_records([]) }}
),

ref_session_type as (
    select
        spelling,
        code,
        is_alias
    from {{ ref('code_spelling') }}
    where reference_type = 'RefSessionType'
),

date_orders as (
    {{ date_orders('academicSessions.csv') }}
),

repeats as materialized (
    {{ repeats('academicSessions.csv', 'sourcedId') }}
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
        {{ rule_placeholder('records.type') }} as type__placeholder,
        {{ rule_required('records.type') }} as type__required,
        case when {{ rule_in_reference_definitions(
            'records.type', 'ref_session_type.code', 'records.oneroster_version'
        ) }} then not type__placeholder end as type__in_reference_definitions,
        {{ rule_plain_code('ref_session_type.is_alias') }} as type__plain_code,
        {{ rule_placeholder('records.startDate') }} as start_date__placeholder,
        {{ rule_required('records.startDate') }} as start_date__required,
        case when {{ rule_well_formed_date(
            'records.startDate', 'date_orders.by_flow[records.inbound_flow_id]'
        ) }} then not start_date__placeholder end as start_date__well_formed_date,
        {{ rule_plain_date('records.startDate', 'date_orders.by_flow[records.inbound_flow_id]') }}
            as start_date__plain_date,
        {{ rule_placeholder('records.endDate') }} as end_date__placeholder,
        {{ rule_required('records.endDate') }} as end_date__required,
        case when {{ rule_well_formed_date(
            'records.endDate', 'date_orders.by_flow[records.inbound_flow_id]'
        ) }} then not end_date__placeholder end as end_date__well_formed_date,
        {{ rule_plain_date('records.endDate', 'date_orders.by_flow[records.inbound_flow_id]') }}
            as end_date__plain_date,
        case when {{ rule_in_order(
            'records.endDate', 'records.startDate', 'date_orders.by_flow[records.inbound_flow_id]'
        ) }} then not end_date__placeholder end as end_date__in_order,
        {{ rule_placeholder('records.schoolYear') }} as school_year__placeholder,
        {{ rule_required('records.schoolYear') }} as school_year__required,
        case when {{ rule_well_formed_year('records.schoolYear') }} then not school_year__placeholder end
            as school_year__well_formed_year,
        {{ rule_plain_year('records.schoolYear') }} as school_year__plain_year,
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
            or type__placeholder
            or type__required
            or type__in_reference_definitions
            or type__plain_code
            or start_date__placeholder
            or start_date__required
            or start_date__well_formed_date
            or start_date__plain_date
            or end_date__placeholder
            or end_date__required
            or end_date__well_formed_date
            or end_date__plain_date
            or end_date__in_order
            or school_year__placeholder
            or school_year__required
            or school_year__well_formed_year
            or school_year__plain_year
        ) as has_fault
    from records
    cross join date_orders
    left join ref_session_type on lower(records.type) = ref_session_type.spelling
),

{{ findings('academicSessions.csv', ['flagged_lines', 'flagged'], []) }},

-- a record may name another of its own file, which holds when that one is not left out itself
{{ own_records('academicSessions.csv') }},

{{ cycles('parentSourcedId') }},

flagged_parents as (
    select
        records.inbound_flow_id,
        records.drop_id,
        records.line_number,
        {{ rule_placeholder('records.parentSourcedId', 'words too') }} as parent_sourced_id__placeholder,
        case when {{ rule_well_formed_id(
            'records.parentSourcedId', 'own_records.sourced_id'
        ) }} then not parent_sourced_id__placeholder end as parent_sourced_id__well_formed_id,
        case when {{ rule_references(
            'records.parentSourcedId', 'own_records.sourced_id'
        ) }} then not parent_sourced_id__placeholder end as parent_sourced_id__references,
        {{ rule_no_cycle('cycles.sourced_id') }} as parent_sourced_id__no_cycle,
        (
            parent_sourced_id__placeholder
            or parent_sourced_id__well_formed_id
            or parent_sourced_id__references
            or parent_sourced_id__no_cycle
        ) as has_fault
    from records
    left join own_records
        on records.inbound_flow_id = own_records.inbound_flow_id and records.parentSourcedId = own_records.sourced_id
    left join cycles
        on records.inbound_flow_id = cycles.inbound_flow_id and records.sourced_id = cycles.sourced_id
),

{{ findings('academicSessions.csv', ['flagged_parents'], [], 'own_left_out', 'own_') }},

{{ verdicts('academicSessions.csv', ['findings', 'own_findings']) }}
