-- What a caller of Microsoft Graph would ask for, in this order. Ids that the directory gives out, and we do not know,
-- are written {class:<key>}, {group:<key>} and {unit:<key>}, for the caller to fill in.
{%- set lists = {
    'security_group_membership': ['group', '/groups'],
    'administrative_unit_membership': ['unit', '/directory/administrativeUnits'],
} %}

with changes as (
    select
        *,
        contents ->> '$.id' as object_id,
        contents ->> '$.userPrincipalName' as user_principal_name,
        contents ->> '$.displayName' as display_name,
        contents ->> '$.group' as group_key,
        contents ->> '$.unit' as unit_key
    from {{ ref('change') }}
),

outbound_flow as (
    select * from {{ ref('outbound_flow') }}
    where kind = 'provisioning'
),

sent as (
    select * from {{ ref('sent') }}
),

requests as (
    select
        outbound_flow_id,
        kind,
        key,
        1 as step,
        if(change = 'add', 'POST', 'PATCH') as method,
        if(change = 'add', '/education/classes', '/education/classes/{class:' || url_encode(key) || '}') as url,
        if(
            change = 'remove',
            -- as Microsoft's own clean-up scripts mark what expired
            to_json({
                'displayName': 'Exp' || strftime(since, '%m%y') || '_' || display_name,
                'mailNickname': left('Exp' || strftime(since, '%m%y') || '_' || (contents ->> '$.mailNickname'), 64),
                '{{ education_attribute("Status") }}': 'Expired'
            }),
            contents
        ) as body
    from changes
    where kind = 'class_group'
    union all
    select
        outbound_flow_id,
        kind,
        key,
        2 as step,
        'POST' as method,
        '/education/users' as url,
        json_merge_patch(
            contents,
            to_json({
                'accountEnabled': true,
                'displayName': concat_ws(' ', contents ->> '$.givenName', contents ->> '$.surname'),
                -- whose password it is, and what it is, is for the caller to say
                'passwordProfile': {
                    'forceChangePasswordNextSignIn': true,
                    'password': '{password}'
                }
            })
        ) as body
    from changes
    where kind = 'user' and change = 'add' and object_id is null
    union all
    select
        outbound_flow_id,
        kind,
        key,
        2 as step,
        'PATCH' as method,
        '/education/users/' || url_encode(coalesce(object_id, user_principal_name)) as url,
        if(
            change = 'remove',
            -- an account is never deleted: it loses its link
            to_json({
                '{{ education_attribute("Status") }}': 'Inactive'
            }),
            json_merge_patch(contents, to_json({
                'id': null
            }))
        ) as body
    from changes
    where kind = 'user' and (change <> 'add' or object_id is not null)
    {%- for kind, (name, path) in lists.items() %}
    union all
    -- the first member makes the {{ name }}
    select
        changes.outbound_flow_id,
        changes.kind,
        changes.{{ name }}_key as key,
        3 as step,
        'POST' as method,
        '{{ path }}' as url,
        to_json({
            'displayName': any_value(changes.display_name)
            {%- if name == 'group' %},
            'mailEnabled': false,
            'mailNickname': left(
                regexp_replace(changes.{{ name }}_key, '[^A-Za-z0-9._-]', '_', 'g'), 64
            ),
            'securityEnabled': true
            {%- endif %}
        }) as body
    from changes
    anti join sent
        on
            changes.outbound_flow_id = sent.outbound_flow_id
            and changes.kind = sent.kind
            and changes.{{ name }}_key = (sent.contents ->> '$.{{ name }}')
    where changes.kind = '{{ kind }}' and changes.change = 'add'
    group by changes.outbound_flow_id, changes.kind, changes.{{ name }}_key
    union all
    select
        outbound_flow_id,
        kind,
        key,
        if(change = 'add', 4, 5) as step,
        if(change = 'add', 'POST', 'DELETE') as method,
        '{{ path }}/{{ '{' }}{{ name }}:' || url_encode({{ name }}_key) || '}/members'
        || if(change = 'add', '', '/' || url_encode(object_id)) || '/$ref' as url,
        if(
            change = 'add',
            to_json({
                '@odata.id': 'https://graph.microsoft.com/v1.0/directoryObjects/' || url_encode(object_id)
            }),
            null
        ) as body
    from changes
    where kind = '{{ kind }}' and change in ('add', 'remove')
    {%- endfor %}
    union all
    select
        outbound_flow_id,
        kind,
        key,
        if(change = 'add', 4, 5) as step,
        if(change = 'add', 'POST', 'DELETE') as method,
        '/education/classes/{class:' || url_encode(group_key) || '}/'
        || if((contents ->> '$.membership') = 'owner', 'teachers', 'members')
        || if(change = 'add', '', '/' || url_encode(object_id)) || '/$ref' as url,
        if(
            change = 'add',
            to_json({
                '@odata.id': 'https://graph.microsoft.com/v1.0/education/users/' || url_encode(object_id)
            }),
            null
        ) as body
    from changes
    where kind = 'class_group_membership'
),

final as (
    select
        requests.outbound_flow_id,
        row_number() over (
            partition by requests.outbound_flow_id order by requests.step, requests.kind, requests.key
        ) as position,
        requests.kind,
        requests.key,
        requests.method,
        requests.url,
        requests.body
    from requests
    semi join outbound_flow on requests.outbound_flow_id = outbound_flow.outbound_flow_id
)

select * from final
