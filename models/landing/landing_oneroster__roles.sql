-- Written by `make models` from seeds/catalogue, which is the place to change it.
with final as (
    {{ landed('roles.csv', [
        'sourcedId', 'status', 'dateLastModified', 'userSourcedId',
        'roleType', 'role', 'beginDate', 'endDate',
        'orgSourcedId', 'userProfileSourcedId'
    ]) }}
)

select * from final
