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
        bool_or(file_name = 'users.csv' and list_has_any(headers, ['userid', 'agents'])) as has_users_of_1_0
    from file_headers
    group by inbound_flow_id
),

connectors as (
    select
        inbound_flows.inbound_flow_id,
        data_connectors.data_connector_id,
        data_connectors.file_format
    from {{ ref('inbound_flow') }} as inbound_flows
    inner join {{ ref('data_connector') }} as data_connectors
        on inbound_flows.data_connector_id = data_connectors.data_connector_id
),

recognized as (
    select
        inbound_drops.inbound_flow_id,
        connectors.data_connector_id,
        file_names.oneroster_version,
        drop_headers.has_users,
        coalesce(connectors.file_format = 'schoolDataSyncV21', false) as is_for_school_data_sync,
        coalesce(file_names.oneroster_version = 'schoolDataSyncV21', false) as is_school_data_sync,
        case
            when list_has_all(file_names.names, ['school.csv', 'student.csv']) and drop_headers.has_users is not true
                then 'School Data Sync V1'
            when drop_headers.has_enabled_users or is_school_data_sync then null
            when drop_headers.has_users_of_1_0 or manifest_properties.property_value = '1.0' then 'OneRoster 1.0'
        end as other_format
    from inbound_drops
    left join connectors on inbound_drops.inbound_flow_id = connectors.inbound_flow_id
    left join file_names on inbound_drops.inbound_flow_id = file_names.inbound_flow_id
    left join drop_headers on inbound_drops.inbound_flow_id = drop_headers.inbound_flow_id
    left join manifest_properties
        on
            inbound_drops.inbound_flow_id = manifest_properties.inbound_flow_id
            and manifest_properties.property_name = 'oneroster.version'
),

final as (
    select distinct
        inbound_flow_id,
        cast(null as varchar) as drop_id,
        case when has_users then 'users.csv' end as file_name,
        cast(null as bigint) as line_number,
        cast(null as varchar) as column_name,
        cast(null as varchar) as value,
        'known_version' as rule,
        'catastrophic' as severity,
        case
            when other_format is not null
                then 'the drop is ' || other_format || ', but this flow reads '
                    || case
                        when is_for_school_data_sync then 'School Data Sync V2.1. Export it again as that.'
                        else 'OneRoster 1.1 and 1.2. Export it again as one of the two.'
                    end
            when is_school_data_sync
                then 'the drop is School Data Sync V2.1, but the data connector ' || data_connector_id
                    || ' reads OneRoster. Give the connector the file_format schoolDataSyncV21, or export the drop as '
                    || 'OneRoster 1.1 or 1.2.'
            when is_for_school_data_sync and oneroster_version is not null
                then 'the drop is OneRoster ' || oneroster_version || ', but the data connector ' || data_connector_id
                    || ' reads School Data Sync V2.1. Give the connector the file_format oneRoster, or export the drop '
                    || 'as School Data Sync V2.1.'
            when is_for_school_data_sync
                then 'the drop is not School Data Sync V2.1 (users.csv, and roles.csv with the column userSourcedId). '
                    || 'Export it again as that.'
            else 'the drop is neither OneRoster 1.1 (users.csv with the columns role and orgSourcedIds) nor 1.2 (with '
                || 'a file roles.csv). Export it again as one of the two.'
        end as problem
    from recognized
    where
        other_format is not null
        or is_school_data_sync <> is_for_school_data_sync and oneroster_version is not null
        or (oneroster_version is null and has_users)
)

select * from final
