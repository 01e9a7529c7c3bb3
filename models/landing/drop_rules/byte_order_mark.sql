with inbound_files as (
    select * from {{ ref('inbound_file') }}
),

final as (
    select
        inbound_flow_id,
        file_name,
        header_line_number as line_number,
        cast(null as varchar) as column_name,
        cast(null as varchar) as value,
        'header_spelling' as rule,
        'notice' as severity,
        'the file begins with a byte order mark. It is understood; have the file written without one at the source.'
            as problem
    from inbound_files
    where has_byte_order_mark
)

select * from final
