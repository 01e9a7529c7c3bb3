-- Written by `make models` from seeds/catalogue, which is the place to change it.
{%- set columns = [
    'sourcedId', 'status', 'dateLastModified', 'userSourcedId',
    'profileType', 'vendorId', 'applicationId', 'description',
    'credentialType', 'username'
] %}

with final as (
    {{ landed('userProfiles.csv', columns) }}
)

select * from final
