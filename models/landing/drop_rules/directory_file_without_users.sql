with read_files as (
    select * from {{ ref('inbound_file') }}
    where is_read
),

final as (
    select
        inbound_flow_id,
        cast(null as varchar) as drop_id,
        file_name,
        cast(null as bigint) as line_number,
        cast(null as varchar) as column_name,
        cast(null as varchar) as value,
        'records_present' as rule,
        'catastrophic' as severity,
        'the file holds no records, and no directory is without users. The last good one counts on. Export it again.'
            as problem
    from read_files
    where file_name = '{{ directory_file() }}' and data_lines = 0 and header_line_number is not null
)

select * from final
