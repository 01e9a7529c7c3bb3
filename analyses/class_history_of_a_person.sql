-- Which classes was a person in, and when? Put another person_id.
select
    person.surname,
    person.given_name,
    section.name as class,
    enrollment_period.role,
    enrollment_period.active_from,
    enrollment_period.active_to
from rostering.enrollment_period
inner join rostering.person on enrollment_period.person_id = person.person_id
inner join rostering.section on enrollment_period.section_id = section.section_id
where enrollment_period.person_id = 'contoso:stu-2801'
order by enrollment_period.active_from, section.name
