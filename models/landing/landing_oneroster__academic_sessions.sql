-- Written by `make models` from seeds/catalogue, which is the place to change it.
{%- set columns = [
    'sourcedId', 'status', 'dateLastModified', 'title',
    'type', 'startDate', 'endDate', 'parentSourcedId',
    'schoolYear'
] %}

with final as (
    {{ landed('academicSessions.csv', columns) }}
)

select * from final
