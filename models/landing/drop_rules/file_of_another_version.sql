with inbound_files as (
    select * from {{ ref('inbound_file') }}
),

final as (
    select
        inbound_flow_id,
        file_name,
        cast(null as bigint) as line_number,
        cast(null as varchar) as column_name,
        cast(null as varchar) as value,
        'file_of_the_version' as rule,
        'notice' as severity,
        'the drop is OneRoster 1.1, which has no such file. It is not read; roles come from users.csv.' as problem
    from inbound_files
    where oneroster_version = '1.1' and file_name in ('roles.csv', 'userProfiles.csv')
)

select * from final
