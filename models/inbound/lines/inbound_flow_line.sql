{{ seed_lines('inbound_flow', 'inbound', key=['inbound_flow_id'], removed_with='data_connector_id') }}
