-- Written by `make models` from seeds/catalogue, which is the place to change it.
with landing as not materialized (
    select * from {{ ref('landing_oneroster__users') }}
),

orgs as (
    {{ usable_records('orgs.csv') }}
),

left_out as (
    {{ left_out_records(['orgs.csv']) }}
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

records as not materialized (
    select
        landing.* replace (coalesce(repeats.organizations, landing.orgSourcedIds) as orgsourcedids),
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
        {{ rule_placeholder('records.enabledUser') }} as enabled_user__placeholder,
        {{ rule_required('records.enabledUser') }} as enabled_user__required,
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
        (
            sourced_id__placeholder
            or sourced_id__not_in_conflict
            or sourced_id__required
            or sourced_id__well_formed_id
            or sourced_id__standard_characters
            or sourced_id__scientific_notation
            or enabled_user__placeholder
            or enabled_user__required
            or enabled_user__well_formed_boolean
            or enabled_user__plain_boolean
            or org_sourced_ids__required
            or role__placeholder
            or role__required
            or role__in_reference_definitions
            or role__plain_code
            or username__placeholder
            or username__required
            or username__required_of_contacts
            or username__one_line
            or username__mojibake
            or username__html_entity
            or username__scientific_notation
            or user_ids__one_line
            or user_ids__scientific_notation
            or given_name__placeholder
            or given_name__required
            or given_name__one_line
            or given_name__mojibake
            or given_name__html_entity
            or family_name__placeholder
            or family_name__required
            or family_name__one_line
            or family_name__mojibake
            or family_name__html_entity
            or middle_name__placeholder
            or middle_name__one_line
            or middle_name__mojibake
            or middle_name__html_entity
            or identifier__placeholder
            or identifier__one_line
            or identifier__mojibake
            or identifier__html_entity
            or identifier__scientific_notation
            or email__placeholder
            or email__well_formed_email
            or email__one_line
            or sms__placeholder
            or sms__well_formed_phone
            or sms__one_line
            or phone__placeholder
            or phone__well_formed_phone
            or phone__one_line
            or user_master_identifier__placeholder
            or user_master_identifier__one_line
            or user_master_identifier__mojibake
            or user_master_identifier__html_entity
            or user_master_identifier__scientific_notation
            or preferred_given_name__placeholder
            or preferred_given_name__one_line
            or preferred_given_name__mojibake
            or preferred_given_name__html_entity
            or preferred_middle_name__placeholder
            or preferred_middle_name__one_line
            or preferred_middle_name__mojibake
            or preferred_middle_name__html_entity
            or preferred_family_name__placeholder
            or preferred_family_name__one_line
            or preferred_family_name__mojibake
            or preferred_family_name__html_entity
            or primary_org_sourced_id__placeholder
            or primary_org_sourced_id__well_formed_id
            or primary_org_sourced_id__references
            or pronouns__placeholder
            or pronouns__one_line
            or pronouns__mojibake
            or pronouns__html_entity
            or pronouns__scientific_notation
        ) as has_fault
    from records
    left join ref_role on lower(records.role) = ref_role.spelling
    left join contacts
        on records.inbound_flow_id = contacts.inbound_flow_id and records.sourced_id = contacts.sourced_id
    left join orgs
        on records.inbound_flow_id = orgs.inbound_flow_id and records.primaryOrgSourcedId = orgs.sourced_id
),

org_sourced_ids as (
    select
        items.inbound_flow_id,
        items.drop_id,
        items.line_number,
        items.item,
        items.items,
        {{ rule_placeholder('items.item') }} as org_sourced_ids__placeholder,
        case when {{ rule_well_formed_id('items.item', 'orgs.sourced_id') }} then not org_sourced_ids__placeholder end
            as org_sourced_ids__well_formed_id,
        case when {{ rule_references('items.item', 'orgs.sourced_id') }} then not org_sourced_ids__placeholder end
            as org_sourced_ids__references,
        (org_sourced_ids__placeholder or org_sourced_ids__well_formed_id or org_sourced_ids__references) as has_fault
    from ({{ items_of('records', 'orgSourcedIds') }}) as items
    left join orgs
        on items.inbound_flow_id = orgs.inbound_flow_id and items.item = orgs.sourced_id
),

user_ids as (
    select
        items.inbound_flow_id,
        items.drop_id,
        items.line_number,
        items.item,
        items.items,
        {{ rule_placeholder('items.item', 'words too') }} as user_ids__placeholder,
        case when {{ rule_well_formed_user_id('items.item') }} then not user_ids__placeholder end
            as user_ids__well_formed_user_id,
        (user_ids__placeholder or user_ids__well_formed_user_id) as has_fault
    from ({{ items_of('records', 'userIds') }}) as items
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

{{ findings('users.csv', ['flagged_lines', 'flagged'], ['org_sourced_ids', 'user_ids', 'grades']) }},

-- a record may name another of its own file, which holds when that one is not left out itself
{{ own_records('users.csv') }},

agent_sourced_ids as (
    select
        items.inbound_flow_id,
        items.drop_id,
        items.line_number,
        items.item,
        items.items,
        {{ rule_placeholder('items.item', 'words too') }} as agent_sourced_ids__placeholder,
        case when {{ rule_well_formed_id(
            'items.item', 'own_records.sourced_id'
        ) }} then not agent_sourced_ids__placeholder end as agent_sourced_ids__well_formed_id,
        case when {{ rule_references(
            'items.item', 'own_records.sourced_id'
        ) }} then not agent_sourced_ids__placeholder end as agent_sourced_ids__references,
        (agent_sourced_ids__placeholder or agent_sourced_ids__well_formed_id or agent_sourced_ids__references) as has_fault
    from ({{ items_of('records', 'agentSourcedIds') }}) as items
    left join own_records
        on items.inbound_flow_id = own_records.inbound_flow_id and items.item = own_records.sourced_id
),

{{ findings('users.csv', [], ['agent_sourced_ids'], 'own_left_out', 'own_') }},

{{ verdicts('users.csv', ['findings', 'own_findings']) }}
