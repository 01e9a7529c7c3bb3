-- Which students moved from one school to another, and when?
with stays as (
    select
        periods.source_system_id,
        periods.person_id,
        periods.organization_id,
        periods.active_from,
        lag(periods.organization_id) over (
            partition by periods.person_id order by periods.active_from
        ) as left_organization_id
    from rostering.person_organization_role_period as periods
    where periods.role = 'student'
)

select
    stays.active_from as moved_at,
    person.surname,
    person.given_name,
    left_school.name as from_school,
    school.name as to_school
from stays
inner join rostering.person on stays.person_id = person.person_id
left join rostering.organization as left_school on stays.left_organization_id = left_school.organization_id
left join rostering.organization as school on stays.organization_id = school.organization_id
where stays.left_organization_id <> stays.organization_id
order by moved_at, person.surname, person.given_name
