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
{%- set lists = ['source_systems', 'role_groups', 'grades', 'owner_roles', 'member_roles', 'optional_data'] %}

with lines as (
    select * from {{ ref('outbound_flow_line') }}
),

-- lists, item by item
listed as (
    {%- for column in lists %}
    select
        place,
        '{{ column }}' as column_name,
        unnest({{ column }}_listed) as item
    from lines
    where is_in_force
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

known as (
    select
        'source_systems' as column_name,
        source_system_id as item
    from {{ ref('source_system_line') }}
    where is_in_force
    union all
    select
        'role_groups' as column_name,
        role_group_id as item
    from {{ ref('role_group_line') }}
    where is_in_force
    union all
    select
        'grades' as column_name,
        grade_levels.code as item
    from ({{ codes_of('RefGradeLevel') }}) as grade_levels
    union all
    select
        unnest(['owner_roles', 'member_roles']) as column_name,
        section_roles.code as item
    from ({{ codes_of('RefSectionRole') }}) as section_roles
    union all
    select
        'optional_data' as column_name,
        unnest(['contacts', 'phones', 'identifiers', 'demographics', 'flags']) as item
),

known_items as (
    select
        column_name,
        string_agg(item, ', ' order by item) as items
    from known
    group by column_name
),

names_in_class_names as (
    select
        place,
        class_name,
        unnest(regexp_extract_all(class_name, '\{[^}]*\}?')) as name_in_it
    from lines
    where is_in_force
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
        place || ': format is ''' || format || '''. Write one of: '
        || array_to_string({{ outbound_formats() }}, ', ')
        || '.' as message
    from lines
    where not list_contains({{ spelt(outbound_formats()) }}, lower(format))
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
        || known_items.items || '.' as message
    from listed
    inner join known_items on listed.column_name = known_items.column_name
    anti join known
        on listed.column_name = known.column_name and lower(listed.item) = lower(known.item)
    union all
    select
        place || ': class_name is ''' || class_name || ''', with ' || name_in_it || ' in it, which stands for nothing. '
        || 'Use {class}, {code}, {course}, {school} and {year}.' as message
    from names_in_class_names
    where name_in_it not in ('{class}', '{code}', '{course}', '{school}', '{year}')
    {%- for column, kinds in for_kinds.items() %}
    union all
    select
        place || ': {{ column }} is filled, but it is for the kind {{ kinds | join(" or ") }}. '
        || 'Leave it blank, or correct the kind.' as message
    from lines
    where
        is_in_force
        and {{ column }} is not null
        and not list_contains({{ sql_list(kinds) }}, lower(kind))
    {%- endfor %}
)

{{ mistakes_if_readable(['outbound_flow', 'source_system', 'role_group']) }}
