-- Written by `make models` from seeds/catalogue, which is the place to change it.
with landing as not materialized (
    select * from {{ ref('landing_oneroster__users') }}
),

orgs as (
    {{ usable_records('orgs.csv') }}
),

ref_role as (
    select
        spelling,
        code
    from {{ ref('code_spelling') }}
    where reference_type = 'RefRole'
),

ref_grade_level as (
    select
        spelling,
        code
    from {{ ref('code_spelling') }}
    where reference_type = 'RefGradeLevel'
),

contacts as (
    {{ contacts() }}
),

repeats as materialized (
    {{ repeats('users.csv', 'sourcedId') }}
),

-- a line with a disposition is no record to be judged
records as not materialized (
    select
        landing.* replace (coalesce(repeats.organizations, landing.orgSourcedIds) as orgsourcedids),
        landing.sourcedId as sourced_id,
        repeats.organizations,
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
        records.organizations,
        records.disposition is not null or records.organizations is not null as is_special,
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
        {{ rule_required('records.enabledUser') }} as enabled_user__required,
        {{ rule_well_formed_boolean('records.enabledUser') }} as enabled_user__well_formed_boolean,
        {{ rule_required(as_list('records.orgSourcedIds')) }} and records.oneroster_version = '1.1'
            as org_sourced_ids__required,
        {{ rule_required('records.role') }} and records.oneroster_version = '1.1' as role__required,
        {{ rule_in_reference_definitions('records.role', 'ref_role.code', 'records.oneroster_version') }}
            as role__in_reference_definitions,
        {{ rule_required('records.username') }} and contacts.sourced_id is null as username__required,
        {{ rule_required_of_contacts('records.username') }} and contacts.sourced_id is not null
            as username__required_of_contacts,
        {{ rule_one_line('records.username') }} as username__one_line,
        {{ rule_one_line('records.userIds') }} as user_ids__one_line,
        {{ rule_required('records.givenName') }} as given_name__required,
        {{ rule_one_line('records.givenName') }} as given_name__one_line,
        {{ rule_required('records.familyName') }} as family_name__required,
        {{ rule_one_line('records.familyName') }} as family_name__one_line,
        {{ rule_one_line('records.middleName') }} as middle_name__one_line,
        {{ rule_one_line('records.identifier') }} as identifier__one_line,
        {{ rule_well_formed_email('records.email') }} as email__well_formed_email,
        {{ rule_one_line('records.email') }} as email__one_line,
        {{ rule_well_formed_phone('records.sms') }} as sms__well_formed_phone,
        {{ rule_one_line('records.sms') }} as sms__one_line,
        {{ rule_well_formed_phone('records.phone') }} as phone__well_formed_phone,
        {{ rule_one_line('records.phone') }} as phone__one_line,
        {{ rule_one_line('records.userMasterIdentifier') }} as user_master_identifier__one_line,
        {{ rule_one_line('records.preferredGivenName') }} as preferred_given_name__one_line,
        {{ rule_one_line('records.preferredMiddleName') }} as preferred_middle_name__one_line,
        {{ rule_one_line('records.preferredFamilyName') }} as preferred_family_name__one_line,
        {{ rule_well_formed_id('records.primaryOrgSourcedId', 'orgs.sourced_id') }}
            as primary_org_sourced_id__well_formed_id,
        {{ rule_references('records.primaryOrgSourcedId', 'orgs.sourced_id') }} as primary_org_sourced_id__references,
        {{ rule_one_line('records.pronouns') }} as pronouns__one_line
    from records
    left join ref_role on lower(records.role) = ref_role.spelling
    left join contacts
        on records.inbound_flow_id = contacts.inbound_flow_id and records.sourced_id = contacts.sourced_id
    left join orgs
        on records.inbound_flow_id = orgs.inbound_flow_id and records.primaryOrgSourcedId = orgs.sourced_id
),

flagged as materialized (
    select *
    from flags
    where true in (is_special, *columns('.+__.+'))
),

org_sourced_ids as (
    select
        items.inbound_flow_id,
        items.drop_id,
        items.line_number,
        items.sourced_id,
        items.item,
        items.items,
        {{ rule_well_formed_id('items.item', 'orgs.sourced_id') }} as org_sourced_ids__well_formed_id,
        {{ rule_references('items.item', 'orgs.sourced_id') }} as org_sourced_ids__references
    from ({{ items_of('records', 'orgSourcedIds') }}) as items
    left join orgs
        on items.inbound_flow_id = orgs.inbound_flow_id and items.item = orgs.sourced_id
    where org_sourced_ids__well_formed_id or org_sourced_ids__references
),

user_ids as (
    select
        items.inbound_flow_id,
        items.drop_id,
        items.line_number,
        items.sourced_id,
        items.item,
        items.items,
        {{ rule_well_formed_user_id('items.item') }} as user_ids__well_formed_user_id
    from ({{ items_of('records', 'userIds') }}) as items
    where user_ids__well_formed_user_id
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
    {{ broken_rules('flagged', ['org_sourced_ids', 'user_ids', 'grades'], line_flags=[
        'line__readable_line',
        'line__surplus_cells',
        'sourced_id__not_repeated',
        'status__blank_in_bulk',
        'date_last_modified__blank_in_bulk',
    ]) }}
),

-- a record may name another of its own file, which holds when that one is not left out itself
{{ own_records('users.csv') }},

agent_sourced_ids as (
    select
        items.inbound_flow_id,
        items.drop_id,
        items.line_number,
        items.sourced_id,
        items.item,
        items.items,
        {{ rule_well_formed_id('items.item', 'own_records.sourced_id') }} as agent_sourced_ids__well_formed_id,
        {{ rule_references('items.item', 'own_records.sourced_id') }} as agent_sourced_ids__references
    from ({{ items_of('records', 'agentSourcedIds') }}) as items
    left join own_records
        on items.inbound_flow_id = own_records.inbound_flow_id and items.item = own_records.sourced_id
    where agent_sourced_ids__well_formed_id or agent_sourced_ids__references
),

all_broken as (
    select * from broken
    union all
    {{ broken_rules(none, ['agent_sourced_ids']) }}
),

{{ verdicts('users.csv', 'all_broken') }},

stood_in as (
    {{ stood_in('users.csv', 'lines') }}
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
