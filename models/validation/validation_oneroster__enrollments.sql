-- Written by `make models` from seeds/catalogue, which is the place to change it.
with landing as not materialized (
    select * from {{ ref('landing_oneroster__enrollments') }}
),

classes as (
    {{ usable_records('classes.csv') }}
),

orgs as (
    {{ usable_records('orgs.csv') }}
),

users as (
    {{ usable_records('users.csv') }}
),

ref_section_role as (
    select
        spelling,
        code,
        is_alias
    from {{ ref('code_spelling') }}
    where reference_type = 'RefSectionRole'
),

date_orders as (
    {{ date_orders('enrollments.csv') }}
),

repeats as materialized (
    {{ repeats('enrollments.csv', 'sourcedId') }}
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
        {{ as_date('records.beginDate', 'date_orders.by_flow[records.inbound_flow_id]') }} as begin_date,
        {{ as_date('records.endDate', 'date_orders.by_flow[records.inbound_flow_id]') }} as end_date,
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
        {{ rule_standard_characters('records.sourcedId') }} and records.oneroster_version <> 'schoolDataSyncV21'
            as sourced_id__standard_characters,
        {{ rule_scientific_notation('records.sourcedId') }} as sourced_id__scientific_notation,
        {{ rule_filled_in_delta('records.status', 'records.is_delta', 'status') }} as status__filled_in_delta,
        {{ rule_filled_in_delta('records.dateLastModified', 'records.is_delta', 'modified') }}
            as date_last_modified__filled_in_delta,
        {{ rule_placeholder('records.classSourcedId') }} as class_sourced_id__placeholder,
        {{ rule_required('records.classSourcedId') }} as class_sourced_id__required,
        case when {{ rule_well_formed_id(
            'records.classSourcedId', 'classes.sourced_id'
        ) }} then not class_sourced_id__placeholder end as class_sourced_id__well_formed_id,
        case when {{ rule_references(
            'records.classSourcedId', 'classes.sourced_id'
        ) }} then not class_sourced_id__placeholder end as class_sourced_id__references,
        {{ rule_placeholder('records.schoolSourcedId') }} as school_sourced_id__placeholder,
        {{ rule_required('records.schoolSourcedId') }} and records.oneroster_version <> 'schoolDataSyncV21'
            as school_sourced_id__required,
        case when {{ rule_well_formed_id(
            'records.schoolSourcedId', 'orgs.sourced_id'
        ) }} then not school_sourced_id__placeholder end as school_sourced_id__well_formed_id,
        case when {{ rule_references(
            'records.schoolSourcedId', 'orgs.sourced_id'
        ) }} then not school_sourced_id__placeholder end as school_sourced_id__references,
        {{ rule_placeholder('records.userSourcedId') }} as user_sourced_id__placeholder,
        {{ rule_required('records.userSourcedId') }} as user_sourced_id__required,
        case when {{ rule_well_formed_id(
            'records.userSourcedId', 'users.sourced_id'
        ) }} then not user_sourced_id__placeholder end as user_sourced_id__well_formed_id,
        case when {{ rule_references(
            'records.userSourcedId', 'users.sourced_id'
        ) }} then not user_sourced_id__placeholder end as user_sourced_id__references,
        {{ rule_placeholder('records.role') }} as role__placeholder,
        {{ rule_required('records.role') }} as role__required,
        case when {{ rule_in_reference_definitions(
            'records.role', 'ref_section_role.code', 'records.oneroster_version'
        ) }} then not role__placeholder end as role__in_reference_definitions,
        {{ rule_plain_code('ref_section_role.is_alias') }} as role__plain_code,
        {{ rule_placeholder('records."primary"', 'words too') }} as is_primary__placeholder,
        case when {{ rule_well_formed_boolean('records."primary"') }} then not is_primary__placeholder end
            as is_primary__well_formed_boolean,
        {{ rule_plain_boolean('records."primary"') }} as is_primary__plain_boolean,
        {{ rule_placeholder('records.beginDate', 'words too') }} as begin_date__placeholder,
        case when {{ rule_well_formed_date('records.beginDate', 'begin_date') }} then not begin_date__placeholder end
            as begin_date__well_formed_date,
        {{ rule_plain_date('records.beginDate', 'begin_date') }} as begin_date__plain_date,
        {{ rule_placeholder('records.endDate', 'words too') }} as end_date__placeholder,
        case when {{ rule_well_formed_date('records.endDate', 'end_date') }} then not end_date__placeholder end
            as end_date__well_formed_date,
        {{ rule_plain_date('records.endDate', 'end_date') }} as end_date__plain_date,
        {{ rule_in_order('end_date', 'begin_date') }} as end_date__in_order
    from records
    cross join date_orders
    left join classes
        on records.inbound_flow_id = classes.inbound_flow_id and records.classSourcedId = classes.sourced_id
    left join orgs
        on records.inbound_flow_id = orgs.inbound_flow_id and records.schoolSourcedId = orgs.sourced_id
    left join users
        on records.inbound_flow_id = users.inbound_flow_id and records.userSourcedId = users.sourced_id
    left join ref_section_role on lower(records.role) = ref_section_role.spelling
),

flagged as materialized (
    select *
    from flags
    where true in (is_special, *columns('.+__.+'))
),

broken as (
    {{ broken_rules('flagged', [], line_flags=[
        'line__readable_line',
        'line__surplus_cells',
        'sourced_id__not_repeated',
        'status__blank_in_bulk',
        'date_last_modified__blank_in_bulk',
    ]) }}
),

{{ verdicts('enrollments.csv') }}

select * from lines
