with file_scans as (
    select * from {{ ref('file_scan') }}
),

drop_versions as (
    select * from {{ ref('drop_version') }}
),

final as (
    select
        file_scans.inbound_flow_id,
        file_scans.file_name,
        cast(null as bigint) as line_number,
        cast(null as varchar) as column_name,
        cast(null as varchar) as value,
        'file_of_the_version' as rule,
        'notice' as severity,
        'the drop is OneRoster 1.1, which has no such file. It is not read; roles come from users.csv.' as problem
    from file_scans
    inner join drop_versions
        on file_scans.inbound_flow_id = drop_versions.inbound_flow_id and drop_versions.oneroster_version = '1.1'
    where file_scans.file_name in ('roles.csv', 'userProfiles.csv')
)

select * from final
