with manifests as (
    select * from {{ ref('inbound_file') }}
    where file_name = 'manifest.csv'
),

manifest_properties as (
    select * from {{ ref('manifest_property') }}
),

landed_files as (
    select * from {{ ref('landed_file') }}
),

final as (
    select
        manifest_properties.inbound_flow_id,
        manifest_properties.drop_id,
        'manifest.csv' as file_name,
        manifest_properties.line_number,
        manifest_properties.property_name as column_name,
        manifest_properties.property_value as value,
        'manifest_agrees' as rule,
        'notice' as severity,
        case
            when manifest_properties.property_name = 'oneroster.version'
                then 'the manifest says that this is OneRoster ' || manifest_properties.property_value
                    || ', but the files are '
                    || replace(manifests.oneroster_version, 'schoolDataSyncV21', 'School Data Sync V2.1')
            when landed_files.file_name is not null
                then 'the manifest says that ' || landed_files.file_name || ' is absent, but it is there'
            else 'the manifest announces ' || substr(manifest_properties.property_name, 6)
                || '.csv, but it is not there'
        end || '. The files win. Have the manifest corrected at the source.' as problem
    from manifest_properties
    inner join manifests
        on
            manifest_properties.inbound_flow_id = manifests.inbound_flow_id
            and manifest_properties.drop_id = manifests.drop_id
    left join landed_files
        on
            manifest_properties.inbound_flow_id = landed_files.folder
            and manifest_properties.drop_id = landed_files.drop_id
            and manifest_properties.property_name = 'file.' || replace(landed_files.file_name, '.csv', '')
    where
        (
            manifest_properties.property_name = 'oneroster.version'
            and manifest_properties.property_value <> manifests.oneroster_version
        )
        or (
            starts_with(manifest_properties.property_name, 'file.')
            and (lower(manifest_properties.property_value) = 'absent') = (landed_files.file_name is not null)
        )
)

select * from final
