-- Written by `make models` from seeds/catalogue, which is the place to change it.
with final as (
    {{ landed('academicSessions.csv', [
        'sourcedId', 'status', 'dateLastModified', 'title',
        'type', 'startDate', 'endDate', 'parentSourcedId',
        'schoolYear'
    ]) }}
)

select * from final
