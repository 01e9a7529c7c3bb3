with inbound_drops as (
    select * from {{ ref('inbound_drop') }}
),

inbound_files as (
    select * from {{ ref('inbound_file') }}
),

manifest_properties as (
    select * from {{ ref('manifest_property') }}
),

drops_of_a_manifest as (
    select inbound_drops.inbound_flow_id
    from inbound_drops
    left join inbound_files on inbound_drops.inbound_flow_id = inbound_files.inbound_flow_id
    where inbound_drops.is_due
    group by inbound_drops.inbound_flow_id
    having bool_and(coalesce(inbound_files.file_name, 'manifest.csv') = 'manifest.csv')
),

final as (
    select
        drops_of_a_manifest.inbound_flow_id,
        cast(null as varchar) as drop_id,
        'manifest.csv' as file_name,
        min(announced.line_number) as line_number,
        cast(null as varchar) as column_name,
        cast(null as varchar) as value,
        'whole_drop' as rule,
        'catastrophic' as severity,
        'the manifest announces '
        || coalesce(
            string_agg(substr(announced.property_name, 6) || '.csv', ', ' order by announced.line_number), 'no file'
        )
        || ', and nothing but the manifest is there. Export the whole set again.' as problem
    from drops_of_a_manifest
    left join manifest_properties as announced
        on
            drops_of_a_manifest.inbound_flow_id = announced.inbound_flow_id
            and starts_with(announced.property_name, 'file.')
            and lower(announced.property_value) <> 'absent'
    group by drops_of_a_manifest.inbound_flow_id
)

select * from final
