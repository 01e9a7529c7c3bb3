with file_scans as (
    select * from {{ ref('file_scan') }}
),

drop_versions as (
    select * from {{ ref('drop_version') }}
),

header_columns as (
    select * from {{ ref('header_column') }}
),

header_lengths as (
    select
        inbound_flow_id,
        file_name,
        bool_or(column_name = '{{ key_column('') }}') as has_key,
        max(position) as header_cells
    from header_columns
    group by inbound_flow_id, file_name
),

final as (
    select
        file_scans.inbound_flow_id,
        file_scans.drop_id,
        drop_versions.oneroster_version,
        file_scans.file_name,
        file_scans.path,
        file_scans.fingerprint,
        file_scans.encoding,
        file_scans.header_line_number,
        coalesce(header_lengths.header_cells, 0) as header_cells,
        len({{ csv_cells('file_scans.header_line') }}) as header_width,
        file_scans.data_lines,
        coalesce(file_scans.is_regular, false) as is_regular,
        -- of a file that may be missing, too, it is no reason to refuse the drop
        coalesce(header_lengths.has_key, false)
        or header_lengths.file_name is null
        or file_scans.file_name not in ('demographics.csv', 'userProfiles.csv') as has_keys,
        file_scans.has_blank_edges,
        coalesce(len(file_scans.open_lines), 0) > 0 as has_open_lines,
        coalesce(len(file_scans.bad_byte_lines), 0) > 0 as has_bad_bytes
    from file_scans
    left join drop_versions
        on file_scans.inbound_flow_id = drop_versions.inbound_flow_id
    left join header_lengths
        on
            file_scans.inbound_flow_id = header_lengths.inbound_flow_id
            and file_scans.file_name = header_lengths.file_name
    where
        file_scans.file_name <> 'manifest.csv'
        and not (
            coalesce(drop_versions.oneroster_version, '') = '1.1'
            and file_scans.file_name in ('roles.csv', 'userProfiles.csv')
        )
)

select * from final
