-- Written by `make models` from seeds/catalogue, which is the place to change it.
with landing as not materialized (
    select * from {{ ref('landing_directory__users') }}
),

left_out as (
    {{ left_out_records([]) }}
),

repeats as materialized (
    {{ repeats('directory/users.csv', 'id') }}
),

records as not materialized (
    select
        landing.*,
        landing.id as sourced_id,
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
        (
            line__readable_line
            or line__surplus_cells
            or sourced_id__not_repeated
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
        {{ rule_placeholder('records.id') }} as sourced_id__placeholder,
        {{ rule_not_in_conflict('records.is_in_conflict') }} as sourced_id__not_in_conflict,
        {{ rule_required('records.id') }} as sourced_id__required,
        case when {{ rule_well_formed_id('records.id') }} then not sourced_id__placeholder end
            as sourced_id__well_formed_id,
        {{ rule_standard_characters('records.id') }} as sourced_id__standard_characters,
        {{ rule_scientific_notation('records.id') }} as sourced_id__scientific_notation,
        {{ rule_placeholder('records.userPrincipalName') }} as user_principal_name__placeholder,
        {{ rule_required('records.userPrincipalName') }} as user_principal_name__required,
        {{ rule_one_line('records.userPrincipalName') }} as user_principal_name__one_line,
        {{ rule_mojibake('records.userPrincipalName') }} as user_principal_name__mojibake,
        {{ rule_html_entity('records.userPrincipalName') }} as user_principal_name__html_entity,
        {{ rule_scientific_notation('records.userPrincipalName') }} as user_principal_name__scientific_notation,
        {{ rule_placeholder('records.mail', 'words too') }} as mail__placeholder,
        case when {{ rule_well_formed_email('records.mail') }} then not mail__placeholder end
            as mail__well_formed_email,
        {{ rule_one_line('records.mail') }} as mail__one_line,
        {{ rule_placeholder('records.displayName') }} as display_name__placeholder,
        {{ rule_one_line('records.displayName') }} as display_name__one_line,
        {{ rule_mojibake('records.displayName') }} as display_name__mojibake,
        {{ rule_html_entity('records.displayName') }} as display_name__html_entity,
        {{ rule_placeholder('records.givenName') }} as given_name__placeholder,
        {{ rule_one_line('records.givenName') }} as given_name__one_line,
        {{ rule_mojibake('records.givenName') }} as given_name__mojibake,
        {{ rule_html_entity('records.givenName') }} as given_name__html_entity,
        {{ rule_placeholder('records.surname') }} as surname__placeholder,
        {{ rule_one_line('records.surname') }} as surname__one_line,
        {{ rule_mojibake('records.surname') }} as surname__mojibake,
        {{ rule_html_entity('records.surname') }} as surname__html_entity,
        {{ rule_placeholder('records.accountEnabled', 'words too') }} as account_enabled__placeholder,
        case when {{ rule_well_formed_boolean('records.accountEnabled') }} then not account_enabled__placeholder end
            as account_enabled__well_formed_boolean,
        {{ rule_plain_boolean('records.accountEnabled') }} as account_enabled__plain_boolean,
        (
            sourced_id__placeholder
            or sourced_id__not_in_conflict
            or sourced_id__required
            or sourced_id__well_formed_id
            or sourced_id__standard_characters
            or sourced_id__scientific_notation
            or user_principal_name__placeholder
            or user_principal_name__required
            or user_principal_name__one_line
            or user_principal_name__mojibake
            or user_principal_name__html_entity
            or user_principal_name__scientific_notation
            or mail__placeholder
            or mail__well_formed_email
            or mail__one_line
            or display_name__placeholder
            or display_name__one_line
            or display_name__mojibake
            or display_name__html_entity
            or given_name__placeholder
            or given_name__one_line
            or given_name__mojibake
            or given_name__html_entity
            or surname__placeholder
            or surname__one_line
            or surname__mojibake
            or surname__html_entity
            or account_enabled__placeholder
            or account_enabled__well_formed_boolean
            or account_enabled__plain_boolean
        ) as has_fault
    from records
),

{{ findings('directory/users.csv', ['flagged_lines', 'flagged'], []) }},

{{ verdicts('directory/users.csv') }}
