with inbound_files as (
    select * from {{ ref('inbound_file') }}
),

final as (
    select
        inbound_flow_id,
        min(drop_id) as drop_id,
        min(file_name) as file_name,
        cast(null as bigint) as line_number,
        cast(null as varchar) as column_name,
        cast(null as varchar) as value,
        'comma_separated' as rule,
        'catastrophic' as severity,
        'the values are separated by ' || separator || ' instead of commas'
        || case when count(*) > 1 then ', as in ' || count(*) - 1 || ' more files of the drop' else '' end
        || '. Save it as CSV with commas and export the whole set again.' as problem
    from inbound_files
    where separator is not null
    group by inbound_flow_id, separator
)

select * from final
