with inbound_files as (
    select * from {{ ref('inbound_file') }}
    where file_name = 'manifest.csv' and not has_nul
),

landed_files as (
    select * from {{ ref('landed_file') }}
),

properties as (
    select
        inbound_files.inbound_flow_id,
        inbound_files.drop_id,
        unnest(landed_files.manifest_properties, recursive := true) -- noqa: AL03
    from inbound_files
    inner join landed_files on inbound_files.path = landed_files.path
),

-- the last line counts where a property comes twice
final as (
    select
        inbound_flow_id,
        drop_id,
        property_name,
        arg_max(property_value, line_number) as property_value,
        max(line_number) as line_number
    from properties
    group by inbound_flow_id, drop_id, property_name
)

select * from final
