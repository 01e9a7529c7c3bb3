-- Who is in a class today? Put another title or section_id.
select
    class,
    role,
    surname,
    given_name,
    entry_date
from analysis.current_roster
where class ilike '%algebra%'
order by class asc, role desc, surname asc, given_name asc
