with inbound_drops as (
    select * from {{ ref('inbound_drop') }}
),

landed_files as (
    select * from {{ ref('landed_file') }}
),

-- as many as one; its folder stays in its name, which keeps it apart from the users.csv of a flow
directory_drops as (
    select * from {{ ref('directory_drop') }}
),

final as (
    select
        inbound_drops.inbound_flow_id,
        inbound_drops.drop_id,
        landed_files.file_name,
        landed_files.path
    from inbound_drops
    inner join landed_files
        on
            inbound_drops.inbound_flow_id = landed_files.folder
            and inbound_drops.drop_id = landed_files.drop_id
    where inbound_drops.is_due
    union all
    select
        inbound_flow_id,
        drop_id,
        file_name,
        path
    from directory_drops
    where path is not null
)

select * from final
