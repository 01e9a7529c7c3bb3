-- Written by `make models` from seeds/catalogue, which is the place to change it.
{%- set columns = [
    'sourcedId', 'status', 'dateLastModified', 'classSourcedId',
    'schoolSourcedId', 'userSourcedId', 'role', 'primary',
    'beginDate', 'endDate'
] %}

with final as (
    {{ landed('enrollments.csv', columns) }}
)

select * from final
