with inbound_drops as (
    select *
    from {{ ref('inbound_drop') }}
    where is_due
),

inbound_files as (
    select * from {{ ref('inbound_file') }}
),

header_columns as (
    select * from {{ ref('header_column') }}
),

manifest_properties as (
    select * from {{ ref('manifest_property') }}
),

file_names as (
    select
        inbound_flow_id,
        any_value(oneroster_version) as oneroster_version,
        list(lower(file_name)) as names
    from inbound_files
    group by inbound_flow_id
),

file_headers as (
    select
        inbound_flow_id,
        file_name,
        list(lower(trimmed_header)) as headers
    from header_columns
    group by inbound_flow_id, file_name
),

drop_headers as (
    select
        inbound_flow_id,
        bool_or(file_name = 'users.csv') as has_users,
        bool_or(file_name = 'users.csv' and list_contains(headers, 'enableduser')) as has_enabled_users,
        bool_or(file_name = 'users.csv' and list_has_any(headers, ['userid', 'agents'])) as has_users_of_1_0,
        bool_or(
            file_name in ('roles.csv', 'enrollments.csv')
            and list_contains(headers, 'usersourcedid')
            and not list_contains(headers, 'sourcedid')
        ) as has_memberships_without_ids
    from file_headers
    group by inbound_flow_id
),

recognized as (
    select
        inbound_drops.inbound_flow_id,
        file_names.oneroster_version,
        drop_headers.has_users,
        case
            when list_has_all(file_names.names, ['school.csv', 'student.csv']) and drop_headers.has_users is not true
                then 'School Data Sync V1'
            when drop_headers.has_enabled_users then null
            when drop_headers.has_memberships_without_ids then 'School Data Sync V2.1'
            when drop_headers.has_users_of_1_0 or manifest_properties.property_value = '1.0' then 'OneRoster 1.0'
        end as other_format
    from inbound_drops
    left join file_names on inbound_drops.inbound_flow_id = file_names.inbound_flow_id
    left join drop_headers on inbound_drops.inbound_flow_id = drop_headers.inbound_flow_id
    left join manifest_properties
        on
            inbound_drops.inbound_flow_id = manifest_properties.inbound_flow_id
            and manifest_properties.property_name = 'oneroster.version'
),

final as (
    select
        inbound_flow_id,
        case when has_users then 'users.csv' end as file_name,
        cast(null as bigint) as line_number,
        cast(null as varchar) as column_name,
        cast(null as varchar) as value,
        'known_version' as rule,
        'catastrophic' as severity,
        case
            when other_format is not null
                then 'the drop is ' || other_format || ', but this flow reads OneRoster 1.1 and 1.2'
            else 'the drop is neither OneRoster 1.1 (users.csv with the columns role and orgSourcedIds) nor 1.2 (with '
                || 'a file roles.csv)'
        end || '. Export it again as one of the two.' as problem
    from recognized
    where other_format is not null or (oneroster_version is null and has_users)
)

select * from final
