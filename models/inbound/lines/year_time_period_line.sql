{{ seed_lines('year_time_period', 'inbound', key=['year_time_period_id'], codes={'year_code': 'RefAcademicYear'}) }}
