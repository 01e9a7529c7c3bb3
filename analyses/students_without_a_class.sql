-- Which students are at a school but in none of its classes?
select
    current_person.organization as school,
    current_person.grade_level,
    current_person.surname,
    current_person.given_name,
    current_person.person_id
from analysis.current_person
anti join analysis.current_roster
    on
        current_person.person_id = current_roster.person_id
        and current_person.organization_id = current_roster.organization_id
where current_person.role = 'student'
order by
    current_person.organization, current_person.grade_level, current_person.surname, current_person.given_name
