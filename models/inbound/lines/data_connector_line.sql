{{ seed_lines('data_connector', 'inbound', key=['data_connector_id'], removed_with='data_connector_id') }}
