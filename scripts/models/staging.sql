with landing as not materialized (
    select * from {{ ref('landing_<< file.model >>') }}
),

verdicts as not materialized (
    select * from {{ ref('validation_<< file.model >>') }}
),

<% for type in file.staged_types %>
<< type | cte >> as not materialized (
    <% if type in file.list_types %>
    select map_from_entries(list((spelling, code))) as codes
    <% else %>
    select
        spelling,
        code
    <% endif %>
    from {{ ref('code_spelling') }}
    where reference_type = '<< type >>'
),

<% endfor %>
<% if file.dates %>
date_orders as not materialized (
    {{ date_orders('<< file.name >>') }}
),

<% endif %>
<< 'delivered' if file.derived else 'final' >> as (
    select
        landing.inbound_flow_id,
        <% for column in file.staged %>
        << column.staged >>,
        <% endfor %>
        landing.metadata
    from landing
    left join verdicts
        on landing.inbound_flow_id = verdicts.inbound_flow_id and landing.line_number = verdicts.line_number
    <% for column in file.coded %>
    left join << column.refers_to | cte >><< ' as ' ~ column.alias if column.alias != column.refers_to | cte >> on << column.alias >>.spelling = lower(landing.<< column.column_name | identifier >>)
    <% endfor %>
    <% for type in file.list_types %>
    cross join << type | cte >>
    <% endfor %>
    <% if file.dates %>
    cross join date_orders
    <% endif %>
    where coalesce(verdicts.disposition, 'staged') = 'staged'
)

<% if file.derived %>,

-- a user of OneRoster 1.1 has one role, in each of the user's organizations
user_organizations as (
    select
        *,
        unnest(list_distinct(org_sourced_ids)) as org_sourced_id
    from {{ ref('stg_oneroster__users') }}
    where role is not null
),

derived as (
    select
        inbound_flow_id,
        concat_ws('|', sourced_id, org_sourced_id, role) as sourced_id,
        cast(null as varchar) as status,
        cast(null as timestamp) as date_last_modified,
        sourced_id as user_sourced_id,
        cast(null as varchar) as role_type,
        role,
        cast(null as date) as begin_date,
        cast(null as date) as end_date,
        org_sourced_id,
        cast(null as varchar) as user_profile_sourced_id,
        cast(null as varchar) as session_sourced_id,
        case when len(grades) = 1 then grades[1] end as grade,
        cast(null as map(varchar, varchar)) as metadata -- noqa: LT01
    from user_organizations
),

final as (
    select * from delivered
    union all
    select * from derived
)
<% endif %>

select * from final
