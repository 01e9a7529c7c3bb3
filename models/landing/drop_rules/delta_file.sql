with read_files as (
    select * from {{ ref('inbound_file') }}
    where is_read
),

manifest_properties as (
    select * from {{ ref('manifest_property') }}
),

final as (
    select
        manifest_properties.inbound_flow_id,
        'manifest.csv' as file_name,
        manifest_properties.line_number,
        manifest_properties.property_name as column_name,
        manifest_properties.property_value as value,
        'bulk_only' as rule,
        'catastrophic' as severity,
        read_files.file_name || ' is announced as a delta. Send complete, bulk exports only.' as problem
    from manifest_properties
    inner join read_files
        on
            manifest_properties.inbound_flow_id = read_files.inbound_flow_id
            and manifest_properties.property_name = 'file.' || replace(read_files.file_name, '.csv', '')
    where lower(manifest_properties.property_value) = 'delta'
)

select * from final
