with unrepeated as (
    {{ without_repeats(ref('stg_users')) }}
),

orgs as (
    select
        user_orgs.user_sourced_id,
        list(user_orgs.org_sourced_id order by user_orgs.org_sourced_id) as org_sourced_ids
    from {{ ref('stg_user_orgs') }} as user_orgs
    semi join {{ ref('valid_orgs') }} as valid_orgs on user_orgs.org_sourced_id = valid_orgs.sourced_id
    group by user_orgs.user_sourced_id
),

sound as (
    select
        users.* exclude (org_sourced_ids),
        orgs.org_sourced_ids
    from unrepeated as users
    inner join orgs on users.sourced_id = orgs.user_sourced_id
    where
        {{ is_id('users.sourced_id') }}
        and enabled_user is not null
        and role in ('administrator', 'aide', 'guardian', 'parent', 'proctor', 'relative', 'student', 'teacher')
        and (username is not null or role in ('guardian', 'parent', 'relative'))
        and {{ one_line("coalesce(username, '')") }} is not null
        and {{ one_line('given_name') }} is not null
        and {{ one_line('family_name') }} is not null
),

agents as (
    select
        user_agents.user_sourced_id,
        list(user_agents.agent_sourced_id order by user_agents.agent_sourced_id) as agent_sourced_ids
    from {{ ref('stg_user_agents') }} as user_agents
    semi join sound on user_agents.agent_sourced_id = sound.sourced_id
    group by user_agents.user_sourced_id
)

select
    sound.* exclude (agent_sourced_ids)
    replace (
        nullif(
            list_filter(sound.user_ids, lambda item: regexp_full_match(item, '\{\s*[^{}:]+\s*:\s*[^{}]+\}')), []
        ) as user_ids,
        {{ one_line('middle_name') }} as middle_name,
        {{ one_line('identifier') }} as identifier,
        case
            when
                length(email) <= 254
                and regexp_full_match(
                    email,
                    '[\pL\pN!#$%&''*+/=?^_`{|}~-]+(\.[\pL\pN!#$%&''*+/=?^_`{|}~-]+)*'
                    || '@([\pL\pN]([\pL\pN-]*[\pL\pN])?\.)+[\pL\pN]([\pL\pN-]*[\pL\pN])?'
                )
                then email
        end as email,
        {{ phone('sms') }} as sms,
        {{ phone('phone') }} as phone,
        nullif(list_filter(sound.grades, lambda grade: {{ is_grade('grade') }}), []) as grades
    ),
    agents.agent_sourced_ids
from sound
left join agents on sound.sourced_id = agents.user_sourced_id
