-- Who was in which class at the end of a day? Put another date.
select
    school,
    class,
    role,
    surname,
    given_name
from analysis.roster_on('2026-09-07')
order by school asc, class asc, role desc, surname asc, given_name asc
