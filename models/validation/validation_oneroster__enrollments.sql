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
        code
    from {{ ref('code_spelling') }}
    where reference_type = 'RefSectionRole'
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
        {{ rule_required('records.classSourcedId') }} as class_sourced_id__required,
        {{ rule_well_formed_id('records.classSourcedId', 'classes.sourced_id') }} as class_sourced_id__well_formed_id,
        {{ rule_references('records.classSourcedId', 'classes.sourced_id') }} as class_sourced_id__references,
        {{ rule_required('records.schoolSourcedId') }} as school_sourced_id__required,
        {{ rule_well_formed_id('records.schoolSourcedId', 'orgs.sourced_id') }} as school_sourced_id__well_formed_id,
        {{ rule_references('records.schoolSourcedId', 'orgs.sourced_id') }} as school_sourced_id__references,
        {{ rule_required('records.userSourcedId') }} as user_sourced_id__required,
        {{ rule_well_formed_id('records.userSourcedId', 'users.sourced_id') }} as user_sourced_id__well_formed_id,
        {{ rule_references('records.userSourcedId', 'users.sourced_id') }} as user_sourced_id__references,
        {{ rule_required('records.role') }} as role__required,
        {{ rule_in_reference_definitions('records.role', 'ref_section_role.code', 'records.oneroster_version') }}
            as role__in_reference_definitions,
        {{ rule_well_formed_boolean('records."primary"') }} as is_primary__well_formed_boolean,
        {{ rule_well_formed_date('records.beginDate') }} as begin_date__well_formed_date,
        {{ rule_date_without_time('records.beginDate') }} as begin_date__date_without_time,
        {{ rule_well_formed_date('records.endDate') }} as end_date__well_formed_date,
        {{ rule_date_without_time('records.endDate') }} as end_date__date_without_time,
        {{ rule_in_order('records.endDate', 'records.beginDate') }} as end_date__in_order
    from records
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
