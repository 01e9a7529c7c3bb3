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

<% macro columns(formats, key) %>
        records.outbound_flow_id,
        '<< file.name.removesuffix('.csv') >>' as kind,
        records.id_prefix || records.<< key >> as key,
        case records.format
            <% for format, cells in formats.items() %>
            when '<< format >>'
                then to_json({
                        <% for cell in cells %>
                        << cell if cell | length < 95 else cell | replace(': ', ':\n' ~ ' ' * 24, 1) >><< ',' if not loop.last >>
                        <% endfor %>
                    })
            <% endfor %>
        end as contents
    from records
    <% for column in file.outbound.coded %>
    left join outbound_code as << column.alias >>
        on
            records.format = << column.alias >>.format
            and records.<< column.staging_column >> = << column.alias >>.code
            and << column.alias >>.reference_type = '<< column.refers_to >>'
    <% endfor %>
    where
        records.format in ('<< formats | join("', '") >>')
        and {{ is_format_asked_for(['<< formats | join("', '") >>']) }}
<% endmacro %>
<% set with_ids = file.outbound.formats.copy() %>
<% if file.entity in ('roles', 'enrollments') %>
-- without ids of their own, two that say the same are one
school_data_sync_v21 as (
    select distinct on (records.outbound_flow_id, key)
<< columns({'schoolDataSyncV21': with_ids.pop('schoolDataSyncV21')}, 'natural_id').rstrip() >>
    order by records.outbound_flow_id, key, records.sourced_id
),

<% endif %>
final as (
    select
<< columns(with_ids, 'sourced_id').rstrip() >>
    <% if file.entity in ('roles', 'enrollments') %>
    union all
    select * from school_data_sync_v21
    <% endif %>
)

select * from final
