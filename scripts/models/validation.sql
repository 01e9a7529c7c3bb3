with<< ' recursive' if file.parent >> landing as not materialized (
    select * from {{ ref('landing_<< file.model >>') }}
),

<% for target in file.targets %>
<< target | cte >> as (
    {{ usable_records('<< target >>') }}
),

<% endfor %>
<% for type in file.reference_types %>
<< type | cte >> as (
    select
        spelling,
        code,
        is_alias
    from {{ ref('code_spelling') }}
    where reference_type = '<< type >>'
),

<% endfor %>
<% if file.dates %>
date_orders as (
    {{ date_orders('<< file.name >>') }}
),

<% endif %>
<% if file.contacts %>
contacts as (
    {{ contacts() }}
),

<% endif %>
repeats as materialized (
    {{ repeats('<< file.name >>', '<< file.key >>') }}
),

-- a line with a disposition is no record to be judged
records as not materialized (
    select
        landing.*<< ' replace (coalesce(repeats.organizations, landing.orgSourcedIds) as orgsourcedids)' if file.merges >>,
        landing.<< file.key >> as sourced_id,
        <% if file.merges %>
        repeats.organizations,
        <% endif %>
        coalesce(repeats.is_copy, false) as is_copy,
        coalesce(repeats.is_in_conflict, false) as is_in_conflict,
        case
            when repeats.is_overtaken then 'overtaken'
            when landing.unreadable_reason is not null then 'unreadable'
            when landing.is_withdrawn then 'withdrawn'
            when repeats.is_copy then 'collapsed'
        end as disposition
    from landing
    left join repeats
        on landing.inbound_flow_id = repeats.inbound_flow_id and landing.line_number = repeats.line_number
),

flags as (
    select
        records.inbound_flow_id,
        records.drop_id,
        records.oneroster_version,
        records.line_number,
        records.sourced_id,
        records.disposition,
        <% if file.merges %>
        records.organizations,
        <% endif %>
        records.disposition is not null<< ' or records.organizations is not null' if file.merges >> as is_special,
        <% for date in file.dates %>
        << date >>,
        <% endfor %>
        <% for flag in file.line_flags + file.flags %>
        << flag.named >><< ',' if not loop.last >>
        <% endfor %>
    from records
    <% if file.dates %>
    cross join date_orders
    <% endif %>
    <% for join in file.joins %>
    << join >>
    <% endfor %>
),

flagged as materialized (
    select *
    from flags
    where true in (is_special, *columns('.+__.+'))
),

<% for list in file.lists %>
<% include 'items.sql' %>
<% endfor %>
broken as (
    {{ broken_rules('flagged', << file.lists | map(attribute='staging_column') | list >>, line_flags=[
        <% for flag in file.line_flags %>
        '<< flag.name >>',
        <% endfor %>
    ]) }}
),

<% if file.own_lists or file.parent %>
-- a record may name another of its own file, which holds when that one is not left out itself
{{ own_records('<< file.name >>') }},

<% if file.parent %>
{{ cycles('<< file.parent.column_name >>') }},

flagged_parents as (
    select
        records.inbound_flow_id,
        records.drop_id,
        records.oneroster_version,
        records.line_number,
        records.sourced_id,
        records.disposition,
        <% for flag in file.parent.flags %>
        << flag.named >><< ',' if not loop.last >>
        <% endfor %>
    from records
    <% for join in file.parent.joins %>
    << join >>
    <% endfor %>
    where records.disposition is null and records."<< file.parent.column_name >>" is not null
),

<% endif %>
<% for list in file.own_lists %>
<% include 'items.sql' %>
<% endfor %>
all_broken as (
    select * from broken
    union all
    {{ broken_rules(<< "'flagged_parents'" if file.parent else 'none' >>, << file.own_lists | map(attribute='staging_column') | list >>) }}
),

<% endif %>
{{ verdicts('<< file.name >>'<< ", 'all_broken'" if file.own_lists or file.parent >>) }}<% if file.is_target %>,

stood_in as (
    {{ stood_in('<< file.name >>', 'lines') }}
),

final as (
    select * from lines
    union all by name
    select
        *,
        'stood_in' as disposition
    from stood_in
)

select * from final
<% else %>


select * from lines
<% endif %>
