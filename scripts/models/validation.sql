with<< ' recursive' if file.parent >> landing as not materialized (
    select * from {{ ref('landing_<< file.model >>') }}
),

<% for target in file.targets %>
<< target | cte >> as (
    {{ usable_records('<< target >>') }}
),

<% endfor %>
left_out as (
    {{ left_out_records(<< file.targets >>) }}
),

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
<% if file.has_dates %>
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

records as not materialized (
    select
        landing.*<< ' replace (coalesce(repeats.organizations, landing.orgSourcedIds) as orgsourcedids)' if file.merges >>,
        landing.<< file.key >> as sourced_id,
        coalesce(repeats.is_in_conflict, false) as is_in_conflict
    from landing
    left join repeats
        on landing.inbound_flow_id = repeats.inbound_flow_id and landing.line_number = repeats.line_number
    where
        landing.unreadable_reason is null
        and not landing.is_withdrawn
        and not coalesce(repeats.is_copy, false)
),

flagged_lines as (
    select
        landing.inbound_flow_id,
        landing.drop_id,
        landing.line_number,
        <% for flag in file.line_flags %>
        << flag.named >>,
        <% endfor %>
        (
            <% for flag in file.line_flags %>
            << 'or ' if not loop.first >><< flag.name >>
            <% endfor %>
        ) as has_fault
    from landing
    left join repeats
        on landing.inbound_flow_id = repeats.inbound_flow_id and landing.line_number = repeats.line_number
),

flagged as (
    select
        records.inbound_flow_id,
        records.drop_id,
        records.line_number,
        <% for flag in file.flags %>
        << flag.named >>,
        <% endfor %>
        (
            <% for flag in file.flags %>
            << 'or ' if not loop.first >><< flag.name >>
            <% endfor %>
        ) as has_fault
    from records
    <% if file.has_dates %>
    cross join date_orders
    <% endif %>
    <% for join in file.joins %>
    << join >>
    <% endfor %>
),

<% for list in file.lists %>
<% include 'items.sql' %>
<% endfor %>
{{ findings('<< file.name >>', ['flagged_lines', 'flagged'], << file.lists | map(attribute='staging_column') | list >>) }},

<% if file.own_lists or file.parent %>
-- a record may name another of its own file, which holds when that one is not left out itself
{{ own_records('<< file.name >>') }},

<% endif %>
<% if file.parent %>
{{ cycles('<< file.parent.column_name >>') }},

flagged_parents as (
    select
        records.inbound_flow_id,
        records.drop_id,
        records.line_number,
        <% for flag in file.parent.flags %>
        << flag.named >>,
        <% endfor %>
        (
            <% for flag in file.parent.flags %>
            << 'or ' if not loop.first >><< flag.name >>
            <% endfor %>
        ) as has_fault
    from records
    <% for join in file.parent.joins %>
    << join >>
    <% endfor %>
),

{{ findings('<< file.name >>', ['flagged_parents'], [], 'own_left_out', 'own_') }},

<% endif %>
<% for list in file.own_lists %>
<% include 'items.sql' %>
{{ findings('<< file.name >>', [], ['<< list.staging_column >>'], 'own_left_out', 'own_') }},

<% endfor %>
{{ verdicts('<< file.name >>'<< ", ['findings', 'own_findings']" if file.own_lists or file.parent >>) }}
