-- How large are the classes of each school?
select
    school,
    course,
    class,
    array_to_string(teachers, ' · ') as teachers,
    students
from analysis.class_list
order by school asc, students desc, class asc
