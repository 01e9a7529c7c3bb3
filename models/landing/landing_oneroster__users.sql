-- Written by `make models` from seeds/catalogue, which is the place to change it.
with final as (
    {{ landed('users.csv', [
        'sourcedId', 'status', 'dateLastModified', 'enabledUser',
        'orgSourcedIds', 'role', 'username', 'userIds',
        'givenName', 'familyName', 'middleName', 'identifier',
        'email', 'sms', 'phone', 'agentSourcedIds',
        'grades', 'userMasterIdentifier', 'preferredGivenName', 'preferredMiddleName',
        'preferredFamilyName', 'primaryOrgSourcedId', 'pronouns'
    ]) }}
)

select * from final
