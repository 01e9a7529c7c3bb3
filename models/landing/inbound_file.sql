{%- do scan_files() -%}

with used_files as (
    {{ used_files() }}
),

known_columns as (
    select * from {{ ref('oneroster_column') }}
    where kind <> 'unstored'
),

scanned as (
    {{ scanned_files() }}
),

headers as (
    select
        path,
        header_line,
        {{ csv_cells('header_line') }} as cells,
        list_transform({{ csv_cells('header_line') }}, lambda header: lower({{ trimmed('header') }})) as names
    from scanned
),

-- a file without a header begins with somebody's data, passwords included, which is not kept
known_headers as (
    select
        path,
        header_line,
        case when {{ is_complete_line('header_line') }} then cells else [] end as cells,
        case
            when {{ is_complete_line('header_line') }} then {{ csv_cells(without_last_commas('header_line')) }} else []
        end as filled_cells,
        case when {{ is_complete_line('header_line') }} then names else [] end as names
    from headers
    where list_has_any(names, (select list(lower(known_columns.column_name)) from known_columns))
),

-- headers that are known once another separator takes them apart
other_separators as (
    select
        path,
        any_value(separator) as separator
    from (
        select
            scanned.path,
            separators.separator,
            string_split(regexp_replace(lower(scanned.header_line), '[" ]', '', 'g'), separators.sign) as names
        from scanned
        cross join (values (';', 'semicolons'), (chr(9), 'tabs'), ('|', 'bars')) as separators (sign, separator)
    ) as separated
    where len(list_intersect(names, (select list(lower(known_columns.column_name)) from known_columns))) > 1
    group by path
),

configured_formats as (
    select
        inbound_flows.inbound_flow_id,
        data_connectors.file_format
    from {{ ref('inbound_flow') }} as inbound_flows
    inner join {{ ref('data_connector') }} as data_connectors
        on inbound_flows.data_connector_id = data_connectors.data_connector_id
),

drop_headers as (
    select
        used_files.inbound_flow_id,
        bool_or(used_files.file_name = 'roles.csv') as has_roles,
        coalesce(
            bool_or(
                used_files.file_name = 'users.csv'
                and list_has_all(known_headers.names, ['role', 'orgsourcedids'])
            ),
            false
        ) as has_roles_of_users,
        coalesce(
            bool_or(
                (used_files.file_name = 'users.csv' and list_contains(known_headers.names, 'enableduser'))
                or (used_files.file_name = 'roles.csv' and list_contains(known_headers.names, 'sourcedid'))
            ),
            false
        ) as has_columns_of_oneroster,
        coalesce(
            bool_or(used_files.file_name = 'users.csv' and list_contains(known_headers.names, 'enableduser')), false
        ) as has_enabled_users,
        coalesce(
            bool_or(
                used_files.file_name in ('roles.csv', 'enrollments.csv')
                and list_contains(known_headers.names, 'usersourcedid')
                and not list_contains(known_headers.names, 'sourcedid')
            ),
            false
        ) as has_memberships_without_ids
    from used_files
    left join known_headers on used_files.path = known_headers.path
    group by used_files.inbound_flow_id
),

flow_versions as (
    select
        inbound_flow_id,
        max_by(oneroster_version, run_at) as oneroster_version
    from {{ ref('earlier_activity') }}
    where
        inbound_flow_id in (
            select used_files.inbound_flow_id
            from used_files
            where used_files.delivered_as = 'delta'
        )
    group by inbound_flow_id
),

-- what the headers show; where they show nothing, what is configured
drop_versions as (
    select
        drop_headers.inbound_flow_id,
        case
            when drop_headers.has_memberships_without_ids and not drop_headers.has_enabled_users
                then 'schoolDataSyncV21'
            when drop_headers.has_roles_of_users then '1.1'
            when configured_formats.file_format = 'schoolDataSyncV21' and not drop_headers.has_columns_of_oneroster
                then 'schoolDataSyncV21'
            when drop_headers.has_roles then '1.2'
            -- a delta need not bring the files that tell
            else flow_versions.oneroster_version
        end as oneroster_version
    from drop_headers
    left join flow_versions on drop_headers.inbound_flow_id = flow_versions.inbound_flow_id
    left join configured_formats on drop_headers.inbound_flow_id = configured_formats.inbound_flow_id
),

-- a file without these counts as not received
school_data_sync_keys as (
    select
        file_name,
        list(lower(column_name)) as names
    from {{ ref('school_data_sync_column') }}
    where is_required = 'yes' and file_name in ('demographics.csv', 'relationships.csv', 'userFlags.csv')
    group by file_name
),

final as (
    select
        used_files.inbound_flow_id,
        used_files.drop_id,
        drop_versions.oneroster_version,
        used_files.file_name,
        used_files.delivered_as,
        used_files.path,
        scanned.fingerprint,
        scanned.encoding,
        scanned.header_line_number,
        known_headers.header_line,
        coalesce(scanned.separator, other_separators.separator) as separator,
        -- blank ones at the end name no column
        coalesce(len(known_headers.filled_cells), 0) as header_cells,
        coalesce(len(known_headers.cells), 0) as header_width,
        scanned.data_lines,
        coalesce(scanned.is_regular, false) as is_regular,
        scanned.has_blank_edges,
        scanned.has_nul,
        scanned.is_utf_16,
        scanned.open_lines,
        coalesce(len(scanned.open_lines), 0) > 0 as has_open_lines,
        scanned.odd_lines,
        scanned.has_unclosed_quote,
        scanned.bad_byte_lines,
        coalesce(len(scanned.bad_byte_lines), 0) > 0 as has_bad_bytes,
        scanned.too_long_lines,
        -- of a file that may be missing, too, this is no reason to refuse the drop
        coalesce(
            len(known_headers.cells) = 0
            or list_has_all(
                known_headers.names,
                case
                    when drop_versions.oneroster_version = 'schoolDataSyncV21' then school_data_sync_keys.names
                    when used_files.file_name in ('demographics.csv', 'userProfiles.csv') then ['sourcedid']
                end
            ),
            true
        ) as has_keys,
        case
            when used_files.file_name = 'roles.csv' then coalesce(drop_versions.oneroster_version = '1.1', false)
            when used_files.file_name = 'userProfiles.csv'
                then coalesce(drop_versions.oneroster_version in ('1.1', 'schoolDataSyncV21'), false)
            when used_files.file_name in ('relationships.csv', 'userFlags.csv')
                then coalesce(drop_versions.oneroster_version <> 'schoolDataSyncV21', true)
            else false
        end as is_of_another_version,
        scanned.path is not null
        and used_files.file_name <> 'manifest.csv'
        and not is_of_another_version as is_read
    from used_files
    inner join drop_versions on used_files.inbound_flow_id = drop_versions.inbound_flow_id
    left join scanned on used_files.path = scanned.path
    left join known_headers on used_files.path = known_headers.path
    left join other_separators on used_files.path = other_separators.path
    left join school_data_sync_keys on used_files.file_name = school_data_sync_keys.file_name
)

select * from final
