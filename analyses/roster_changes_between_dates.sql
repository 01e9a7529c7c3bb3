-- Who joined and who left which class between two dates?
select
    change,
    school,
    class,
    role,
    surname,
    given_name,
    changed_at
from analysis.roster_changes('2026-09-01', '2026-09-30')
order by school, class, change, surname, given_name
