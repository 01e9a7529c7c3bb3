-- Which mistakes of the newest run cost most? Root causes before their consequences.
select
    severity,
    caused_by is not null as is_consequence,
    inbound_flow_id,
    file_name,
    rule,
    column_name,
    count(*) as findings,
    min(line_number) as first_line,
    max(line_number) as last_line,
    any_value(message) as example
from runs.validation_result
where
    run_id = (
        select run.run_id
        from runs.run
        order by run.run_at desc, run.started_at desc
        limit 1
    )
group by severity, is_consequence, inbound_flow_id, file_name, rule, column_name
order by
    is_consequence asc,
    case severity when 'catastrophic' then 1 when 'error' then 2 else 3 end asc,
    findings desc
