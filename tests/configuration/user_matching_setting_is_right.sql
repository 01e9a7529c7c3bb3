with lines as (
    select
        *,
        try_cast(priority_order as integer) as priority
    from {{ ref('user_matching_setting_line') }}
),

mistakes as (
    {{ blank(['source_system_id', 'role_group_id', 'source_identifier', 'match_target', 'priority_order']) }}
    union all
    {{ repeated(['source_system_id', 'role_group_id']) }}
    union all
    {{ not_configured('source_system_id', 'source_system') }}
    union all
    {{ not_configured('role_group_id', 'role_group') }}
    union all
    {{ no_code(
        'source_identifier', 'RefIdentifierType',
        advice='A type of the OneRoster column userIds that has no code is written as userIds:Badge.',
        but_not='userIds:%',
    ) }}
    union all
    {{ no_code('match_target', 'RefUserMatchTarget') }}
    union all
    {{ not_written_as('priority_order', 'number') }}
    union all
    -- the @ is set when the domain is appended
    select
        place || ': domain_name is ''' || domain_name || ''', which is no domain. Write it without @, as in '
        || 'contoso.example, or leave it blank.' as message
    from lines
    where is_in_force and not regexp_full_match(domain_name, '[[:alnum:]-]+(\.[[:alnum:]-]+)+')
    union all
    -- else it would be left to chance which setting counts for a person in two role groups
    select
        lines.place || ': priority_order is ' || lines.priority || ', as in the setting of ' || lines.source_system_id
        || ' for ' || other_line.role_group_id || '. Give each setting of a source system its own number; for a person '
        || 'in several role groups the lowest decides.' as message
    from lines
    inner join lines as other_line
        on
            lines.source_system_id = other_line.source_system_id
            and lines.priority = other_line.priority
            and lines.role_group_id > other_line.role_group_id
    where lines.is_in_force and other_line.is_in_force
)

{{ mistakes_if_readable(['user_matching_setting', 'source_system', 'role_group', 'ref_definition']) }}
