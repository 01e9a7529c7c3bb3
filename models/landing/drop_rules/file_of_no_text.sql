with inbound_files as (
    select * from {{ ref('inbound_file') }}
),

final as (
    select
        inbound_flow_id,
        drop_id,
        file_name,
        too_long_lines[1] as line_number,
        cast(null as varchar) as column_name,
        cast(null as varchar) as value,
        'text_file' as rule,
        'catastrophic' as severity,
        case
            when too_long_lines[1] is not null
                then 'a line is longer than 2 MB, so this is no CSV file that can be trusted.'
            when is_utf_16 then 'the file is UTF-16, which Windows also calls Unicode.'
            else 'the file is not UTF-8 text.'
        end || ' Export it again as "CSV UTF-8".' as problem
    from inbound_files
    where has_nul or too_long_lines[1] is not null or list_contains(bad_byte_lines, 1)
)

select * from final
