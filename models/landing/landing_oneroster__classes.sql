-- Written by `make models` from seeds/catalogue, which is the place to change it.
with final as (
    {{ landed('classes.csv', [
        'sourcedId', 'status', 'dateLastModified', 'title',
        'grades', 'courseSourcedId', 'classCode', 'classType',
        'location', 'schoolSourcedId', 'termSourcedIds', 'subjects',
        'subjectCodes', 'periods'
    ]) }}
)

select * from final
