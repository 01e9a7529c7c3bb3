-- Which classes have students but no teacher?
select
    school,
    course,
    class,
    students
from analysis.class_list
where teachers is null and students > 0
order by school, course, class
