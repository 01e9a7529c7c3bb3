with<< ' recursive' if file.entity == 'orgs' >> selected_flow as (
    select * from {{ ref('selected_flow') }}
    where kind = 'roster'
),

<% if file.outbound.coded %>
outbound_code as (
    select * from {{ ref('outbound_code') }}
),

<% endif %>
<% include 'outbound/' ~ file.entity ~ '.sql' %>

<% for format, has in file.outbound.formats.items() %>
<< format | cte >> as (
    <% if format == 'schoolDataSyncV21' and file.entity in ('roles', 'enrollments') %>
    -- without ids of their own, two that say the same are one
    select distinct on (records.outbound_flow_id, key)
    <% else %>
    select
    <% endif %>
        records.outbound_flow_id,
        <% if format == 'schoolDataSyncV21' and file.entity in ('roles', 'enrollments') %>
        records.id_prefix || records.natural_id as key,
        <% else %>
        records.id_prefix || records.sourced_id as key,
        <% endif %>
        to_json({
            <% for cell in has.cells %>
            << cell >><< ',' if not loop.last >>
            <% endfor %>
        }) as contents
    from records
    <% for column in has.coded %>
    left join outbound_code as << column.alias >>
        on
            records.format = << column.alias >>.format
            and records.<< column.staging_column >> = << column.alias >>.code
            and << column.alias >>.reference_type = '<< column.refers_to >>'
    <% endfor %>
    where records.format = '<< format >>'
    <% if format == 'schoolDataSyncV21' and file.entity in ('roles', 'enrollments') %>
    order by records.outbound_flow_id, key, records.sourced_id
    <% endif %>
),

<% endfor %>
final as (
    <% for format in file.outbound.formats %>
    select
        outbound_flow_id,
        '<< file.name.removesuffix('.csv') >>' as kind,
        key,
        contents
    from << format | cte >>
    <% if not loop.last %>
    union all
    <% endif %>
    <% endfor %>
)

select * from final
