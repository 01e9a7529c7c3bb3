-- Which students are at a school but in none of its classes?
select
    organization as school,
    grade_level,
    surname,
    given_name,
    person_id
from analysis.current_person
anti join analysis.current_roster
    on
        current_person.person_id = current_roster.person_id
        and current_person.organization_id = current_roster.organization_id
where current_person.role = 'student'
order by school, grade_level, surname, given_name
