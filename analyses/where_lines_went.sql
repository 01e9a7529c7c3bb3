-- What became of every line that came in with the newest run?
select
    inbound_flow_id,
    file_name,
    received_records,
    staged_records,
    rejected_records,
    unreadable_lines,
    collapsed_copies,
    withdrawn_records
from landing.file_inventory
where is_processed
order by inbound_flow_id, file_name
