-- How many students does each school have in each grade?
select
    organization as school,
    grade_level,
    count(distinct person_id) as students
from analysis.current_person
where role = 'student'
group by organization, grade_level
order by organization, grade_level
