-- How did the last runs go?
select
    run.run_at,
    run.status,
    run_statistics.errors,
    run_statistics.warnings,
    run_statistics.notices,
    run_statistics.people,
    run_statistics.memberships as enrollments,
    run.blocking_error
from runs.run
left join runs.run_statistics on run.run_id = run_statistics.run_id
order by run.run_at desc, run.started_at desc
limit 14
