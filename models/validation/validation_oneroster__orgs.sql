-- Written by `make models` from seeds/catalogue, which is the place to change it.
with recursive landing as not materialized (
    select * from {{ ref('landing_oneroster__orgs') }}
),

ref_org_type as (
    select
        spelling,
        code,
        is_alias
    from {{ ref('code_spelling') }}
    where reference_type = 'RefOrgType'
),

repeats as materialized (
    {{ repeats('orgs.csv', 'sourcedId') }}
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
        {{ rule_placeholder('records.name') }} as name__placeholder,
        {{ rule_required('records.name') }} as name__required,
        {{ rule_one_line('records.name') }} as name__one_line,
        {{ rule_mojibake('records.name') }} as name__mojibake,
        {{ rule_html_entity('records.name') }} as name__html_entity,
        {{ rule_scientific_notation('records.name') }} as name__scientific_notation,
        {{ rule_placeholder('records.type') }} as type__placeholder,
        {{ rule_required('records.type') }} as type__required,
        case when {{ rule_in_reference_definitions(
            'records.type', 'ref_org_type.code', 'records.oneroster_version'
        ) }} then not type__placeholder end as type__in_reference_definitions,
        {{ rule_plain_code('ref_org_type.is_alias') }} as type__plain_code,
        {{ rule_placeholder('records.identifier', 'words too') }} as identifier__placeholder,
        {{ rule_one_line('records.identifier') }} as identifier__one_line,
        {{ rule_mojibake('records.identifier') }} as identifier__mojibake,
        {{ rule_html_entity('records.identifier') }} as identifier__html_entity,
        {{ rule_scientific_notation('records.identifier') }} as identifier__scientific_notation
    from records
    left join ref_org_type on lower(records.type) = ref_org_type.spelling
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

-- a record may name another of its own file, which holds when that one is not left out itself
{{ own_records('orgs.csv') }},

{{ cycles('parentSourcedId') }},

flagged_parents as (
    select
        records.inbound_flow_id,
        records.drop_id,
        records.oneroster_version,
        records.line_number,
        records.sourced_id,
        records.disposition,
        {{ rule_placeholder('records.parentSourcedId', 'words too') }} as parent_sourced_id__placeholder,
        case when {{ rule_well_formed_id(
            'records.parentSourcedId', 'own_records.sourced_id'
        ) }} then not parent_sourced_id__placeholder end as parent_sourced_id__well_formed_id,
        case when {{ rule_references(
            'records.parentSourcedId', 'own_records.sourced_id'
        ) }} then not parent_sourced_id__placeholder end as parent_sourced_id__references,
        {{ rule_no_cycle('cycles.sourced_id') }} as parent_sourced_id__no_cycle
    from records
    left join own_records
        on records.inbound_flow_id = own_records.inbound_flow_id and records.parentSourcedId = own_records.sourced_id
    left join cycles
        on records.inbound_flow_id = cycles.inbound_flow_id and records.sourced_id = cycles.sourced_id
    where records.disposition is null and records."parentSourcedId" is not null
),

all_broken as (
    select * from broken
    union all
    {{ broken_rules('flagged_parents', []) }}
),

{{ verdicts('orgs.csv', 'all_broken') }},

stood_in as (
    {{ stood_in('orgs.csv', 'lines') }}
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
