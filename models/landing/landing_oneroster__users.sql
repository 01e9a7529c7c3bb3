-- Written by `make models` from seeds/catalogue, which is the place to change it.
{%- set columns = [
    'sourcedId', 'status', 'dateLastModified', 'enabledUser',
    'orgSourcedIds', 'role', 'username', 'userIds',
    'givenName', 'familyName', 'middleName', 'identifier',
    'email', 'sms', 'phone', 'agentSourcedIds',
    'grades', 'userMasterIdentifier', 'preferredGivenName', 'preferredMiddleName',
    'preferredFamilyName', 'primaryOrgSourcedId', 'pronouns', 'activeDirectoryMatchId',
    'userNumber'
] %}

with final as (
    {{ landed('users.csv', columns) }}
)

select * from final
