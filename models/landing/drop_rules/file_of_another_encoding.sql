with inbound_files as (
    select * from {{ ref('inbound_file') }}
),

final as (
    select
        inbound_flow_id,
        drop_id,
        file_name,
        cast(null as bigint) as line_number,
        cast(null as varchar) as column_name,
        cast(null as varchar) as value,
        'utf_8' as rule,
        'notice' as severity,
        'the file is not UTF-8 and was read as Windows-1252. Have it saved as "CSV UTF-8" at the source.' as problem
    from inbound_files
    where encoding = 'windows-1252'
)

select * from final
