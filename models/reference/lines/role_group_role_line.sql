{{ seed_lines('role_group_role', 'reference', key=['role_code'], codes={'role_code': 'RefRole'}) }}
