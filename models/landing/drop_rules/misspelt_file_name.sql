with inbound_files as (
    select * from {{ ref('inbound_file') }}
),

landed_files as (
    select * from {{ ref('landed_file') }}
),

final as (
    select
        inbound_files.inbound_flow_id,
        inbound_files.drop_id,
        inbound_files.file_name,
        cast(null as bigint) as line_number,
        cast(null as varchar) as column_name,
        landed_files.delivered_name as value,
        'file_spelling' as rule,
        'notice' as severity,
        'the file name is understood as ' || landed_files.file_name || '. Have it written like this at the source.'
            as problem
    from inbound_files
    inner join landed_files on inbound_files.path = landed_files.path
    where landed_files.delivered_name <> landed_files.file_name
)

select * from final
