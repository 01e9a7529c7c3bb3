with inbound_files as (
    select * from {{ ref('inbound_file') }}
),

final as (
    select
        inbound_flow_id,
        'users.csv' as file_name,
        cast(null as bigint) as line_number,
        cast(null as varchar) as column_name,
        cast(null as varchar) as value,
        'known_version' as rule,
        'catastrophic' as severity,
        'the drop is neither OneRoster 1.1 (users.csv with the columns role and orgSourcedIds) nor 1.2 (with a file '
        || 'roles.csv). Export it again as one of the two.' as problem
    from inbound_files
    where file_name = 'users.csv' and oneroster_version is null
)

select * from final
