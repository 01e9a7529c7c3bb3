with inbound_files as (
    select * from {{ ref('inbound_file') }}
),

-- what could not be read at all lacks the rest, too
refused_flows as (
    select inbound_flow_id from {{ ref('closed_file') }}
    union all
    select inbound_flow_id from {{ ref('incomplete_drop') }}
),

drop_versions as (
    select * from {{ ref('drop_version') }}
),

final as (
    select
        drop_versions.inbound_flow_id,
        'users.csv' as file_name,
        cast(null as bigint) as line_number,
        cast(null as varchar) as column_name,
        cast(null as varchar) as value,
        'known_version' as rule,
        'catastrophic' as severity,
        'the drop is neither OneRoster 1.1 (users.csv with the columns role and orgSourcedIds) nor 1.2 (with a file '
        || 'roles.csv). Export it again as one of the two.' as problem
    from drop_versions
    inner join inbound_files
        on drop_versions.inbound_flow_id = inbound_files.inbound_flow_id and inbound_files.file_name = 'users.csv'
    where
        drop_versions.oneroster_version is null
        and drop_versions.inbound_flow_id not in (select refused_flows.inbound_flow_id from refused_flows)
)

select * from final
