{%- set for_kinds = {
    'format': ['roster'],
    'owner_roles': ['provisioning'],
    'member_roles': ['provisioning'],
    'class_name': ['provisioning'],
    'is_unmatched_created': ['provisioning'],
    'optional_data': ['roster'],
    'mode': ['roster'],
    'is_deidentified': ['insights'],
    'organizations': ['provisioning', 'roster'],
    'role_groups': ['provisioning', 'roster'],
    'grades': ['provisioning', 'roster'],
    'grace_days': ['provisioning', 'roster'],
} -%}

with lines as (
    select * from {{ ref('outbound_flow_line') }}
),

-- lists, item by item
listed as (
    select
        place,
        'source_systems' as column_name,
        unnest(source_systems_listed) as item
    from lines
    where is_in_force
    union all
    select place, 'role_groups', unnest(role_groups_listed)
    from lines
    where is_in_force
    union all
    select place, 'grades', unnest(grades_listed)
    from lines
    where is_in_force
    union all
    select place, 'owner_roles', unnest(owner_roles_listed)
    from lines
    where is_in_force
    union all
    select place, 'member_roles', unnest(member_roles_listed)
    from lines
    where is_in_force
    union all
    select place, 'optional_data', unnest(optional_data_listed)
    from lines
    where is_in_force
),

known as (
    select
        'source_systems' as column_name,
        source_system_id as item
    from {{ ref('source_system_line') }}
    where is_in_force
    union all
    select 'role_groups', role_group_id
    from {{ ref('role_group_line') }}
    where is_in_force
    union all
    select 'grades', code
    from ({{ codes_of('RefGradeLevel') }})
    union all
    select unnest(['owner_roles', 'member_roles']), code
    from ({{ codes_of('RefSectionRole') }})
    union all
    select 'optional_data', unnest(['contacts', 'phones', 'identifiers', 'demographics', 'flags'])
),

mistakes as (
    {{ blank(['outbound_flow_id', 'display_name', 'kind', 'readiness_status']) }}
    union all
    {{ repeated(['outbound_flow_id']) }}
    union all
    {{ no_id('outbound_flow_id') }}
    union all
    {{ not_one_of('kind', ['provisioning', 'roster', 'insights']) }}
    union all
    select
        place || ': format is ''' || format || '''. Write one of: ' || array_to_string({{ outbound_formats() }}, ', ')
        || '.' as message
    from lines
    where not list_contains(list_transform({{ outbound_formats() }}, lambda known: lower(known)), lower(format))
    union all
    select place || ': format is blank. A roster needs one; fill it in.' as message
    from lines
    where is_in_force and lower(kind) = 'roster' and format is null
    union all
    {{ not_one_of('readiness_status', ['ready', 'notReady', 'disabled']) }}
    union all
    {{ not_one_of('mode', ['full', 'delta']) }}
    union all
    select
        place || ': mode is delta, which OneRoster alone has. Leave it blank, or choose oneRoster11 or oneRoster12 as '
        || 'format.' as message
    from lines
    where is_in_force and lower(mode) = 'delta' and lower(format) not in ('oneroster11', 'oneroster12')
    {%- for column in ['is_unmatched_created', 'is_confirmation_awaited', 'is_deidentified'] %}
    union all
    {{ not_one_of(column, ['true', 'false']) }}
    {%- endfor %}
    union all
    {{ not_written_as('grace_days', 'number of days of grace') }}
    union all
    {{ not_written_as('effective_at', 'instant') }}
    union all
    {{ not_written_as('expiration_at', 'instant') }}
    union all
    select
        place || ': effective_at (' || effective_at || ') is not before expiration_at (' || expiration_at
        || '), so the flow could never be sent. Correct one of the two.' as message
    from lines
    where is_in_force and effective_from >= effective_until
    union all
    select
        listed.place || ': ' || listed.column_name || ' has ''' || listed.item || ''', which is not known. Known are: '
        || (
            select string_agg(known.item, ', ' order by known.item)
            from known
            where known.column_name = listed.column_name
        )
        || '.' as message
    from listed
    anti join known
        on listed.column_name = known.column_name and lower(listed.item) = lower(known.item)
    union all
    select
        place || ': class_name is ''' || class_name || ''', with ' || unknown || ' in it, which stands for nothing. '
        || 'Use {class}, {code}, {course}, {school} and {year}.' as message
    from (
        select
            place,
            class_name,
            unnest(list_filter(
                regexp_extract_all(class_name, '\{[^}]*\}?'),
                lambda part: part not in ('{class}', '{code}', '{course}', '{school}', '{year}')
            )) as unknown
        from lines
        where is_in_force
    )
    {%- for column, kinds in for_kinds.items() %}
    union all
    select
        place || ': {{ column }} is filled, but it is for the kind {{ kinds | join(" or ") }}. Leave it blank, or correct '
        || 'the kind.' as message
    from lines
    where is_in_force and {{ column }} is not null and lower(kind) not in ('{{ kinds | join("', '") }}')
    {%- endfor %}
)

{{ mistakes_if_readable(['outbound_flow', 'source_system', 'role_group']) }}
