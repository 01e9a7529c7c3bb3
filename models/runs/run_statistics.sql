{{ config(
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='append_new_columns'
) }}

with current_run as (
    select *
    from {{ ref('run') }}
    where status = 'running'
),

findings as (
    select * from {{ ref('finding') }}
),

entity_counts as (
    select * from {{ ref('entity_count') }}
),

person_matches as (
    select * from {{ ref('person_match') }}
),

match_findings as (
    select * from {{ ref('match_finding') }}
),

finding_counts as (
    select
        count(*) filter (where severity in ('catastrophic', 'error')) as errors,
        count(*) filter (where severity = 'warning') as warnings,
        count(*) filter (where severity = 'notice') as notices
    from (
        select severity from findings
        union all
        select severity from match_findings
    ) as all_findings
),

active_counts as (
    select
        entity_counts.run_id,
        sum(entity_counts.active) filter (where entity_counts.entity = 'organizations') as organizations,
        sum(entity_counts.active) filter (where entity_counts.entity = 'people') as people,
        sum(entity_counts.active) filter (where entity_counts.entity = 'groups') as groups,
        sum(entity_counts.active) filter (where entity_counts.entity = 'memberships') as memberships
    from entity_counts
    group by entity_counts.run_id
),

match_counts as (
    select
        count(*) filter (where match_status = 'matched') as matched,
        count(*) filter (where match_status <> 'matched') as unmatched
    from person_matches
),

final as (
    select
        current_run.run_id,
        finding_counts.errors,
        finding_counts.warnings,
        finding_counts.notices,
        cast(coalesce(active_counts.organizations, 0) as bigint) as organizations,
        cast(coalesce(active_counts.people, 0) as bigint) as people,
        cast(coalesce(active_counts.groups, 0) as bigint) as groups,
        cast(coalesce(active_counts.memberships, 0) as bigint) as memberships,
        match_counts.matched,
        match_counts.unmatched
    from current_run
    cross join finding_counts
    cross join match_counts
    left join active_counts on current_run.run_id = active_counts.run_id
)

select * from final
