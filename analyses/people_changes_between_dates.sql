-- Who came to a school and who left it between two dates?
select
    organization,
    role,
    change,
    count(*) as people
from analysis.people_changes('2026-09-01', '2026-09-30')
group by organization, role, change
order by organization, role, change
