with inbound_files as (
    select * from {{ ref('inbound_file') }}
),

final as (
    select
        inbound_flow_id,
        drop_id,
        file_name,
        case when has_unclosed_quote then open_lines[-1] else header_line_number end as line_number,
        cast(null as varchar) as column_name,
        cast(null as varchar) as value,
        'closed_quotes' as rule,
        'catastrophic' as severity,
        'a quote opens in this line and never closes, so that records cannot be told apart. Close the quote, or double '
        || 'it when it belongs to the value, and export the file again.' as problem
    from inbound_files
    where has_unclosed_quote or not {{ is_complete_line('header_line') }}
)

select * from final
