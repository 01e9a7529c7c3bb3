-- Written by `make models` from seeds/catalogue, which is the place to change it.
with final as (
    {{ landed('userProfiles.csv', [
        'sourcedId', 'status', 'dateLastModified', 'userSourcedId',
        'profileType', 'vendorId', 'applicationId', 'description',
        'credentialType', 'username'
    ]) }}
)

select * from final
