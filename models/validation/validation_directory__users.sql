-- Written by `make models` from seeds/catalogue, which is the place to change it.
with landing as not materialized (
    select * from {{ ref('landing_directory__users') }}
),

repeats as materialized (
    {{ repeats('directory/users.csv', 'id') }}
),

-- a line with a disposition is no record to be judged
records as not materialized (
    select
        landing.*,
        landing.id as sourced_id,
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
        {{ rule_plain_boolean('records.accountEnabled') }} as account_enabled__plain_boolean
    from records
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
    ]) }}
),

{{ verdicts('directory/users.csv') }}

select * from lines
