-- Written by `make models` from seeds/catalogue, which is the place to change it.
{%- set columns = [
    'sourcedId', 'status', 'dateLastModified', 'schoolYearSourcedId',
    'title', 'courseCode', 'grades', 'orgSourcedId',
    'subjects', 'subjectCodes'
] %}

with final as (
    {{ landed('courses.csv', columns) }}
)

select * from final
