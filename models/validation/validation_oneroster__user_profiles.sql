-- Written by `make models` from seeds/catalogue, which is the place to change it.
with landing as not materialized (
    select * from {{ ref('landing_oneroster__user_profiles') }}
),

users as (
    {{ usable_records('users.csv') }}
),

left_out as (
    {{ left_out_records(['users.csv']) }}
),

repeats as materialized (
    {{ repeats('userProfiles.csv', 'sourcedId') }}
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
        {{ rule_placeholder('records.userSourcedId') }} as user_sourced_id__placeholder,
        {{ rule_required('records.userSourcedId') }} as user_sourced_id__required,
        case when {{ rule_well_formed_id(
            'records.userSourcedId', 'users.sourced_id'
        ) }} then not user_sourced_id__placeholder end as user_sourced_id__well_formed_id,
        case when {{ rule_references(
            'records.userSourcedId', 'users.sourced_id'
        ) }} then not user_sourced_id__placeholder end as user_sourced_id__references,
        {{ rule_placeholder('records.profileType') }} as profile_type__placeholder,
        {{ rule_required('records.profileType') }} as profile_type__required,
        {{ rule_one_line('records.profileType') }} as profile_type__one_line,
        {{ rule_mojibake('records.profileType') }} as profile_type__mojibake,
        {{ rule_html_entity('records.profileType') }} as profile_type__html_entity,
        {{ rule_scientific_notation('records.profileType') }} as profile_type__scientific_notation,
        {{ rule_placeholder('records.vendorId') }} as vendor_id__placeholder,
        {{ rule_required('records.vendorId') }} as vendor_id__required,
        {{ rule_one_line('records.vendorId') }} as vendor_id__one_line,
        {{ rule_mojibake('records.vendorId') }} as vendor_id__mojibake,
        {{ rule_html_entity('records.vendorId') }} as vendor_id__html_entity,
        {{ rule_scientific_notation('records.vendorId') }} as vendor_id__scientific_notation,
        {{ rule_placeholder('records.applicationId', 'words too') }} as application_id__placeholder,
        {{ rule_one_line('records.applicationId') }} as application_id__one_line,
        {{ rule_mojibake('records.applicationId') }} as application_id__mojibake,
        {{ rule_html_entity('records.applicationId') }} as application_id__html_entity,
        {{ rule_scientific_notation('records.applicationId') }} as application_id__scientific_notation,
        {{ rule_placeholder('records.description', 'words too') }} as description__placeholder,
        {{ rule_one_line('records.description') }} as description__one_line,
        {{ rule_mojibake('records.description') }} as description__mojibake,
        {{ rule_html_entity('records.description') }} as description__html_entity,
        {{ rule_scientific_notation('records.description') }} as description__scientific_notation,
        {{ rule_placeholder('records.credentialType') }} as credential_type__placeholder,
        {{ rule_required('records.credentialType') }} as credential_type__required,
        {{ rule_one_line('records.credentialType') }} as credential_type__one_line,
        {{ rule_mojibake('records.credentialType') }} as credential_type__mojibake,
        {{ rule_html_entity('records.credentialType') }} as credential_type__html_entity,
        {{ rule_scientific_notation('records.credentialType') }} as credential_type__scientific_notation,
        {{ rule_placeholder('records.username') }} as username__placeholder,
        {{ rule_required('records.username') }} as username__required,
        {{ rule_one_line('records.username') }} as username__one_line,
        {{ rule_mojibake('records.username') }} as username__mojibake,
        {{ rule_html_entity('records.username') }} as username__html_entity,
        {{ rule_scientific_notation('records.username') }} as username__scientific_notation,
        (
            sourced_id__placeholder
            or sourced_id__not_in_conflict
            or sourced_id__required
            or sourced_id__well_formed_id
            or sourced_id__standard_characters
            or sourced_id__scientific_notation
            or user_sourced_id__placeholder
            or user_sourced_id__required
            or user_sourced_id__well_formed_id
            or user_sourced_id__references
            or profile_type__placeholder
            or profile_type__required
            or profile_type__one_line
            or profile_type__mojibake
            or profile_type__html_entity
            or profile_type__scientific_notation
            or vendor_id__placeholder
            or vendor_id__required
            or vendor_id__one_line
            or vendor_id__mojibake
            or vendor_id__html_entity
            or vendor_id__scientific_notation
            or application_id__placeholder
            or application_id__one_line
            or application_id__mojibake
            or application_id__html_entity
            or application_id__scientific_notation
            or description__placeholder
            or description__one_line
            or description__mojibake
            or description__html_entity
            or description__scientific_notation
            or credential_type__placeholder
            or credential_type__required
            or credential_type__one_line
            or credential_type__mojibake
            or credential_type__html_entity
            or credential_type__scientific_notation
            or username__placeholder
            or username__required
            or username__one_line
            or username__mojibake
            or username__html_entity
            or username__scientific_notation
        ) as has_fault
    from records
    left join users
        on records.inbound_flow_id = users.inbound_flow_id and records.userSourcedId = users.sourced_id
),

{{ findings('userProfiles.csv', ['flagged_lines', 'flagged'], []) }},

{{ verdicts('userProfiles.csv') }}
