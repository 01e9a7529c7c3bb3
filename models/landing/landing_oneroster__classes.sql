-- Written by `make models` from seeds/catalogue, which is the place to change it.
{%- set columns = [
    'sourcedId', 'status', 'dateLastModified', 'title',
    'grades', 'courseSourcedId', 'classCode', 'classType',
    'location', 'schoolSourcedId', 'termSourcedIds', 'subjects',
    'subjectCodes', 'periods'
] %}

with final as (
    {{ landed('classes.csv', columns) }}
)

select * from final
