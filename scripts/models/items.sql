<< list.staging_column >> as (
    select
        items.inbound_flow_id,
        items.drop_id,
        items.oneroster_version,
        items.line_number,
        items.sourced_id,
        items.item,
        items.items,
        <% for flag in list.flags %>
        << flag.named >><< ',' if not loop.last >>
        <% endfor %>
    from ({{ items_of('records', '<< list.column_name >>') }}) as items
    <% for join in list.joins %>
    << join >>
    <% endfor %>
    where << list.flags | map(attribute='name') | join(' or ') >>
),

