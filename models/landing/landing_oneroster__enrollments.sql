-- Written by `make models` from seeds/catalogue, which is the place to change it.
with final as (
    {{ landed('enrollments.csv', [
        'sourcedId', 'status', 'dateLastModified', 'classSourcedId',
        'schoolSourcedId', 'userSourcedId', 'role', 'primary',
        'beginDate', 'endDate'
    ]) }}
)

select * from final
