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
        code,
        is_alias
    from {{ ref('code_spelling') }}
    where reference_type = 'RefRole'
),

ref_grade_level as (
    select
        spelling,
        code,
        is_alias
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
        records.organizations,
        records.disposition is not null or records.organizations is not null as is_special,
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
        {{ rule_placeholder('records.enabledUser') }} as enabled_user__placeholder,
        {{ rule_required('records.enabledUser') }} and records.oneroster_version <> 'schoolDataSyncV21'
            as enabled_user__required,
        case when {{ rule_well_formed_boolean('records.enabledUser') }} then not enabled_user__placeholder end
            as enabled_user__well_formed_boolean,
        {{ rule_plain_boolean('records.enabledUser') }} as enabled_user__plain_boolean,
        {{ rule_required(as_list('records.orgSourcedIds')) }} and records.oneroster_version = '1.1'
            as org_sourced_ids__required,
        {{ rule_placeholder('records.role') }} as role__placeholder,
        {{ rule_required('records.role') }} and records.oneroster_version = '1.1' as role__required,
        case when {{ rule_in_reference_definitions(
            'records.role', 'ref_role.code', 'records.oneroster_version'
        ) }} then not role__placeholder end as role__in_reference_definitions,
        {{ rule_plain_code('ref_role.is_alias') }} as role__plain_code,
        {{ rule_placeholder('records.username') }} as username__placeholder,
        {{ rule_required('records.username') }} and contacts.sourced_id is null as username__required,
        {{ rule_required_of_contacts('records.username') }} and contacts.sourced_id is not null
            as username__required_of_contacts,
        {{ rule_one_line('records.username') }} as username__one_line,
        {{ rule_mojibake('records.username') }} as username__mojibake,
        {{ rule_html_entity('records.username') }} as username__html_entity,
        {{ rule_scientific_notation('records.username') }} as username__scientific_notation,
        {{ rule_one_line('records.userIds') }} as user_ids__one_line,
        {{ rule_scientific_notation('records.userIds') }} as user_ids__scientific_notation,
        {{ rule_placeholder('records.givenName') }} as given_name__placeholder,
        {{ rule_required('records.givenName') }} as given_name__required,
        {{ rule_one_line('records.givenName') }} as given_name__one_line,
        {{ rule_mojibake('records.givenName') }} as given_name__mojibake,
        {{ rule_html_entity('records.givenName') }} as given_name__html_entity,
        {{ rule_placeholder('records.familyName') }} as family_name__placeholder,
        {{ rule_required('records.familyName') }} as family_name__required,
        {{ rule_one_line('records.familyName') }} as family_name__one_line,
        {{ rule_mojibake('records.familyName') }} as family_name__mojibake,
        {{ rule_html_entity('records.familyName') }} as family_name__html_entity,
        {{ rule_placeholder('records.middleName') }} as middle_name__placeholder,
        {{ rule_one_line('records.middleName') }} as middle_name__one_line,
        {{ rule_mojibake('records.middleName') }} as middle_name__mojibake,
        {{ rule_html_entity('records.middleName') }} as middle_name__html_entity,
        {{ rule_placeholder('records.identifier', 'words too') }} as identifier__placeholder,
        {{ rule_one_line('records.identifier') }} as identifier__one_line,
        {{ rule_mojibake('records.identifier') }} as identifier__mojibake,
        {{ rule_html_entity('records.identifier') }} as identifier__html_entity,
        {{ rule_scientific_notation('records.identifier') }} as identifier__scientific_notation,
        {{ rule_placeholder('records.email', 'words too') }} as email__placeholder,
        case when {{ rule_well_formed_email('records.email') }} then not email__placeholder end
            as email__well_formed_email,
        {{ rule_one_line('records.email') }} as email__one_line,
        {{ rule_placeholder('records.sms', 'words too') }} as sms__placeholder,
        case when {{ rule_well_formed_phone('records.sms') }} then not sms__placeholder end as sms__well_formed_phone,
        {{ rule_one_line('records.sms') }} as sms__one_line,
        {{ rule_placeholder('records.phone', 'words too') }} as phone__placeholder,
        case when {{ rule_well_formed_phone('records.phone') }} then not phone__placeholder end
            as phone__well_formed_phone,
        {{ rule_one_line('records.phone') }} as phone__one_line,
        {{ rule_placeholder('records.userMasterIdentifier', 'words too') }} as user_master_identifier__placeholder,
        {{ rule_one_line('records.userMasterIdentifier') }} as user_master_identifier__one_line,
        {{ rule_mojibake('records.userMasterIdentifier') }} as user_master_identifier__mojibake,
        {{ rule_html_entity('records.userMasterIdentifier') }} as user_master_identifier__html_entity,
        {{ rule_scientific_notation('records.userMasterIdentifier') }} as user_master_identifier__scientific_notation,
        {{ rule_placeholder('records.preferredGivenName') }} as preferred_given_name__placeholder,
        {{ rule_one_line('records.preferredGivenName') }} as preferred_given_name__one_line,
        {{ rule_mojibake('records.preferredGivenName') }} as preferred_given_name__mojibake,
        {{ rule_html_entity('records.preferredGivenName') }} as preferred_given_name__html_entity,
        {{ rule_placeholder('records.preferredMiddleName') }} as preferred_middle_name__placeholder,
        {{ rule_one_line('records.preferredMiddleName') }} as preferred_middle_name__one_line,
        {{ rule_mojibake('records.preferredMiddleName') }} as preferred_middle_name__mojibake,
        {{ rule_html_entity('records.preferredMiddleName') }} as preferred_middle_name__html_entity,
        {{ rule_placeholder('records.preferredFamilyName') }} as preferred_family_name__placeholder,
        {{ rule_one_line('records.preferredFamilyName') }} as preferred_family_name__one_line,
        {{ rule_mojibake('records.preferredFamilyName') }} as preferred_family_name__mojibake,
        {{ rule_html_entity('records.preferredFamilyName') }} as preferred_family_name__html_entity,
        {{ rule_placeholder('records.primaryOrgSourcedId', 'words too') }} as primary_org_sourced_id__placeholder,
        case when {{ rule_well_formed_id(
            'records.primaryOrgSourcedId', 'orgs.sourced_id'
        ) }} then not primary_org_sourced_id__placeholder end as primary_org_sourced_id__well_formed_id,
        case when {{ rule_references(
            'records.primaryOrgSourcedId', 'orgs.sourced_id'
        ) }} then not primary_org_sourced_id__placeholder end as primary_org_sourced_id__references,
        {{ rule_placeholder('records.pronouns', 'words too') }} as pronouns__placeholder,
        {{ rule_one_line('records.pronouns') }} as pronouns__one_line,
        {{ rule_mojibake('records.pronouns') }} as pronouns__mojibake,
        {{ rule_html_entity('records.pronouns') }} as pronouns__html_entity,
        {{ rule_scientific_notation('records.pronouns') }} as pronouns__scientific_notation,
        {{ rule_placeholder('records.activeDirectoryMatchId', 'words too') }}
            as active_directory_match_id__placeholder,
        case when {{ rule_well_formed_id(
            'records.activeDirectoryMatchId'
        ) }} then not active_directory_match_id__placeholder end as active_directory_match_id__well_formed_id,
        {{ rule_scientific_notation('records.activeDirectoryMatchId') }}
            as active_directory_match_id__scientific_notation,
        {{ rule_placeholder('records.userNumber', 'words too') }} as user_number__placeholder,
        case when {{ rule_well_formed_id('records.userNumber') }} then not user_number__placeholder end
            as user_number__well_formed_id,
        {{ rule_scientific_notation('records.userNumber') }} as user_number__scientific_notation
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
        items.oneroster_version,
        items.line_number,
        items.sourced_id,
        items.item,
        items.items,
        {{ rule_placeholder('items.item') }} as org_sourced_ids__placeholder,
        case when {{ rule_well_formed_id('items.item', 'orgs.sourced_id') }} then not org_sourced_ids__placeholder end
            as org_sourced_ids__well_formed_id,
        case when {{ rule_references('items.item', 'orgs.sourced_id') }} then not org_sourced_ids__placeholder end
            as org_sourced_ids__references
    from ({{ items_of('records', 'orgSourcedIds') }}) as items
    left join orgs
        on items.inbound_flow_id = orgs.inbound_flow_id and items.item = orgs.sourced_id
    where org_sourced_ids__placeholder or org_sourced_ids__well_formed_id or org_sourced_ids__references
),

user_ids as (
    select
        items.inbound_flow_id,
        items.drop_id,
        items.oneroster_version,
        items.line_number,
        items.sourced_id,
        items.item,
        items.items,
        {{ rule_placeholder('items.item', 'words too') }} as user_ids__placeholder,
        case when {{ rule_well_formed_user_id('items.item') }} then not user_ids__placeholder end
            as user_ids__well_formed_user_id
    from ({{ items_of('records', 'userIds') }}) as items
    where user_ids__placeholder or user_ids__well_formed_user_id
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
        items.oneroster_version,
        items.line_number,
        items.sourced_id,
        items.item,
        items.items,
        {{ rule_placeholder('items.item', 'words too') }} as agent_sourced_ids__placeholder,
        case when {{ rule_well_formed_id(
            'items.item', 'own_records.sourced_id'
        ) }} then not agent_sourced_ids__placeholder end as agent_sourced_ids__well_formed_id,
        case when {{ rule_references(
            'items.item', 'own_records.sourced_id'
        ) }} then not agent_sourced_ids__placeholder end as agent_sourced_ids__references
    from ({{ items_of('records', 'agentSourcedIds') }}) as items
    left join own_records
        on items.inbound_flow_id = own_records.inbound_flow_id and items.item = own_records.sourced_id
    where agent_sourced_ids__placeholder or agent_sourced_ids__well_formed_id or agent_sourced_ids__references
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
