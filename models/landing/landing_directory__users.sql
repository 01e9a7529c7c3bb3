-- Written by `make models` from seeds/catalogue, which is the place to change it.
with final as (
    {{ landed('directory/users.csv', [
        'id', 'userPrincipalName', 'mail', 'displayName',
        'givenName', 'surname', 'accountEnabled'
    ]) }}
)

select * from final
