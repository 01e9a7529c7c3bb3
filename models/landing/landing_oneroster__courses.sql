-- Written by `make models` from seeds/catalogue, which is the place to change it.
with final as (
    {{ landed('courses.csv', [
        'sourcedId', 'status', 'dateLastModified', 'schoolYearSourcedId',
        'title', 'courseCode', 'grades', 'orgSourcedId',
        'subjects', 'subjectCodes'
    ]) }}
)

select * from final
