{{ seed_lines(
    'user_matching_setting', 'inbound',
    key=['source_system_id', 'role_group_id'],
    codes={'source_identifier': 'RefIdentifierType', 'match_target': 'RefUserMatchTarget'},
    removed_with='source_system_id',
) }}
