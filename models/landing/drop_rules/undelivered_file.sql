with inbound_drops as (
    select *
    from {{ ref('inbound_drop') }}
    where is_due and not has_deltas
),

inbound_files as (
    select * from {{ ref('inbound_file') }}
),

earlier_activities as (
    select * from {{ ref('earlier_activity') }}
),

files_delivered_before as (
    select distinct
        inbound_flow_id,
        unnest(processed_files) as file_name
    from earlier_activities
),

final as (
    select
        inbound_drops.inbound_flow_id,
        cast(null as varchar) as drop_id,
        files_delivered_before.file_name,
        cast(null as bigint) as line_number,
        cast(null as varchar) as column_name,
        cast(null as varchar) as value,
        'delivered_again' as rule,
        'notice' as severity,
        'the file was delivered before and is missing now. Its records stay as they are. Send the same files every '
        || 'time.' as problem
    from inbound_drops
    inner join files_delivered_before
        on inbound_drops.inbound_flow_id = files_delivered_before.inbound_flow_id
    left join inbound_files
        on
            inbound_drops.inbound_flow_id = inbound_files.inbound_flow_id
            and files_delivered_before.file_name = inbound_files.file_name
    where inbound_files.file_name is null
)

select * from final
