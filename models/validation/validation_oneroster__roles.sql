-- Written by `make models` from seeds/catalogue, which is the place to change it.
with landing as not materialized (
    select * from {{ ref('landing_oneroster__roles') }}
),

users as (
    {{ usable_records('users.csv') }}
),

orgs as (
    {{ usable_records('orgs.csv') }}
),

user_profiles as (
    {{ usable_records('userProfiles.csv') }}
),

ref_role_type as (
    select
        spelling,
        code
    from {{ ref('code_spelling') }}
    where reference_type = 'RefRoleType'
),

ref_role as (
    select
        spelling,
        code
    from {{ ref('code_spelling') }}
    where reference_type = 'RefRole'
),

repeats as materialized (
    {{ repeats('roles.csv', 'sourcedId') }}
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
        {{ rule_required('records.userSourcedId') }} as user_sourced_id__required,
        {{ rule_well_formed_id('records.userSourcedId', 'users.sourced_id') }} as user_sourced_id__well_formed_id,
        {{ rule_references('records.userSourcedId', 'users.sourced_id') }} as user_sourced_id__references,
        {{ rule_required('records.roleType') }} as role_type__required,
        {{ rule_in_reference_definitions('records.roleType', 'ref_role_type.code') }}
            as role_type__in_reference_definitions,
        {{ rule_required('records.role') }} as role__required,
        {{ rule_in_reference_definitions('records.role', 'ref_role.code', 'records.oneroster_version') }}
            as role__in_reference_definitions,
        {{ rule_well_formed_date('records.beginDate') }} as begin_date__well_formed_date,
        {{ rule_date_without_time('records.beginDate') }} as begin_date__date_without_time,
        {{ rule_well_formed_date('records.endDate') }} as end_date__well_formed_date,
        {{ rule_date_without_time('records.endDate') }} as end_date__date_without_time,
        {{ rule_in_order('records.endDate', 'records.beginDate') }} as end_date__in_order,
        {{ rule_required('records.orgSourcedId') }} as org_sourced_id__required,
        {{ rule_well_formed_id('records.orgSourcedId', 'orgs.sourced_id') }} as org_sourced_id__well_formed_id,
        {{ rule_references('records.orgSourcedId', 'orgs.sourced_id') }} as org_sourced_id__references,
        {{ rule_well_formed_id('records.userProfileSourcedId', 'user_profiles.sourced_id') }}
            as user_profile_sourced_id__well_formed_id,
        {{ rule_references('records.userProfileSourcedId', 'user_profiles.sourced_id') }}
            as user_profile_sourced_id__references
    from records
    left join users
        on records.inbound_flow_id = users.inbound_flow_id and records.userSourcedId = users.sourced_id
    left join ref_role_type on lower(records.roleType) = ref_role_type.spelling
    left join ref_role on lower(records.role) = ref_role.spelling
    left join orgs
        on records.inbound_flow_id = orgs.inbound_flow_id and records.orgSourcedId = orgs.sourced_id
    left join user_profiles
        on records.inbound_flow_id = user_profiles.inbound_flow_id and records.userProfileSourcedId = user_profiles.sourced_id
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

{{ verdicts('roles.csv') }}

select * from lines
