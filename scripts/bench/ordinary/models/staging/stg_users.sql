select
    trim(sourcedId) as sourced_id,
    case lower(trim(enabledUser)) when 'true' then true when 'false' then false end as enabled_user,
    {{ as_list('orgSourcedIds') }} as org_sourced_ids,
    trim(role) as role,
    trim(username) as username,
    {{ as_list('userIds') }} as user_ids,
    trim(givenName) as given_name,
    trim(familyName) as family_name,
    trim(middleName) as middle_name,
    trim(identifier) as identifier,
    lower(trim(email)) as email,
    trim(sms) as sms,
    trim(phone) as phone,
    {{ as_list('agentSourcedIds') }} as agent_sourced_ids,
    {{ as_list('grades') }} as grades
from {{ ref('landing_users') }}
