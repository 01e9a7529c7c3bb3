-- Written by `make models` from seeds/catalogue, which is the place to change it.
{%- set columns = [
    'sourcedId', 'status', 'dateLastModified', 'userSourcedId',
    'roleType', 'role', 'beginDate', 'endDate',
    'orgSourcedId', 'userProfileSourcedId', 'sessionSourcedId', 'grade',
    'isPrimary'
] %}

with final as (
    {{ landed('roles.csv', columns) }}
)

select * from final
