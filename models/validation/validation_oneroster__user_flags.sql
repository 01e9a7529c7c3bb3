-- Written by `make models` from seeds/catalogue, which is the place to change it.
with landing as not materialized (
    select * from {{ ref('landing_oneroster__user_flags') }}
),

users as (
    {{ usable_records('users.csv') }}
),

ref_person_flag_type as (
    select
        spelling,
        code,
        is_alias
    from {{ ref('code_spelling') }}
    where reference_type = 'RefPersonFlagType'
),

repeats as materialized (
    {{ repeats('userFlags.csv', 'sourcedId') }}
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
        {{ rule_filled_in_delta('records.status', 'records.is_delta', 'status') }} as status__filled_in_delta,
        {{ rule_filled_in_delta('records.dateLastModified', 'records.is_delta', 'modified') }}
            as date_last_modified__filled_in_delta,
        {{ rule_placeholder('records.userSourcedId') }} as user_sourced_id__placeholder,
        {{ rule_required('records.userSourcedId') }} as user_sourced_id__required,
        case when {{ rule_well_formed_id(
            'records.userSourcedId', 'users.sourced_id'
        ) }} then not user_sourced_id__placeholder end as user_sourced_id__well_formed_id,
        case when {{ rule_references(
            'records.userSourcedId', 'users.sourced_id'
        ) }} then not user_sourced_id__placeholder end as user_sourced_id__references,
        {{ rule_placeholder('records.flag') }} as flag__placeholder,
        {{ rule_required('records.flag') }} as flag__required,
        case when {{ rule_in_reference_definitions(
            'records.flag', 'ref_person_flag_type.code', 'records.oneroster_version'
        ) }} then not flag__placeholder end as flag__in_reference_definitions,
        {{ rule_plain_code('ref_person_flag_type.is_alias') }} as flag__plain_code
    from records
    left join users
        on records.inbound_flow_id = users.inbound_flow_id and records.userSourcedId = users.sourced_id
    left join ref_person_flag_type on lower(records.flag) = ref_person_flag_type.spelling
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

{{ verdicts('userFlags.csv') }}

select * from lines
