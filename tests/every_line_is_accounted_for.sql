-- Nothing is lost: what a file holds is staged, rejected, unreadable, a copy or withdrawn, and nothing is twice.
with file_inventory as (
    select * from {{ ref('file_inventory') }}
),

read_files as (
    select * from {{ ref('inbound_file') }}
    where is_read
),

final as (
    select
        file_inventory.*,
        read_files.data_lines
    from file_inventory
    inner join read_files
        on
            file_inventory.inbound_flow_id = read_files.inbound_flow_id
            and file_inventory.drop_id = read_files.drop_id
            and file_inventory.file_name = string_split(read_files.file_name, '/')[-1]
    where
        file_inventory.is_processed
        and (
            file_inventory.received_records
            <> file_inventory.staged_records + file_inventory.rejected_records + file_inventory.unreadable_lines
            + file_inventory.collapsed_copies + file_inventory.withdrawn_records
            -- a record may span lines only where quotes stay open at a line's end
            or (not read_files.has_open_lines and file_inventory.received_records <> read_files.data_lines)
        )
)

select * from final
