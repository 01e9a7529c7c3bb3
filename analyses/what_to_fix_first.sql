-- What should be fixed first, and how many records does that bring back?
select
    severity,
    inbound_flow_id,
    file_name,
    column_name,
    rule,
    findings,
    first_line_number,
    last_line_number,
    records_brought_back,
    records_left_out,
    values_left_out
from runs.root_cause
where
    run_id = (
        select run.run_id
        from runs.run
        order by run.run_at desc, run.started_at desc
        limit 1
    )
order by fix_order asc
