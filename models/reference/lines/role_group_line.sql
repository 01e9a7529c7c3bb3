{{ seed_lines('role_group', 'reference', key=['role_group_id']) }}
