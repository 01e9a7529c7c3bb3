-- Which teachers and other staff match no directory user, and why?
select
    current_person.organization as school,
    current_person.role,
    current_person.surname,
    current_person.given_name,
    person_match.match_status
from analysis.current_person
inner join directory.person_match on current_person.person_id = person_match.person_id
where current_person.role <> 'student' and person_match.match_status <> 'matched'
order by school, current_person.role, current_person.surname, current_person.given_name
