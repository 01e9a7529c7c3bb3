-- Written by `make models` from seeds/catalogue, which is the place to change it.
{%- set columns = [
    'id', 'userPrincipalName', 'mail', 'displayName',
    'givenName', 'surname', 'accountEnabled'
] %}

with final as (
    {{ landed('directory/users.csv', columns) }}
)

select * from final
