"""Which school a finding is about, so that each school can be told its own."""

from __future__ import annotations

# One row per finding of the run $run_id and organization that its line names, or that the person in the line belongs to: a
# finding about two has two rows, one about none has one. is_at_hand: whether the line can still be read, or there is none.
FINDING_SCHOOLS = """
with finding as (
    select rowid as finding_id, inbound_flow_id, drop_id, file_name, line_number, severity
    from runs.validation_result
    where run_id = $run_id
),

landed as (
    select inbound_flow_id, drop_id, 'orgs.csv' as file_name, line_number, "sourcedId" as org_id, null as user_id
    from landing.orgs
    union all
    select inbound_flow_id, drop_id, 'courses.csv', line_number, "orgSourcedId", null from landing.courses
    union all
    select inbound_flow_id, drop_id, 'classes.csv', line_number, "schoolSourcedId", null from landing.classes
    union all
    -- one that names no school is told with those of its person
    select
        inbound_flow_id, drop_id, 'enrollments.csv', line_number, "schoolSourcedId",
        case when "schoolSourcedId" is null then "userSourcedId" end
    from landing.enrollments
    union all
    select inbound_flow_id, drop_id, 'roles.csv', line_number, "orgSourcedId", null from landing.roles
    union all
    select inbound_flow_id, drop_id, 'academicSessions.csv', line_number, null, null
    from landing.academic_sessions
    union all
    select inbound_flow_id, drop_id, 'users.csv', line_number, null, "sourcedId" from landing.users
    union all
    select inbound_flow_id, drop_id, 'demographics.csv', line_number, null, "sourcedId"
    from landing.demographics
    union all
    select inbound_flow_id, drop_id, 'userProfiles.csv', line_number, null, "userSourcedId"
    from landing.user_profiles
    union all
    select inbound_flow_id, drop_id, 'relationships.csv', line_number, null, "userSourcedId"
    from landing.relationships
    union all
    select inbound_flow_id, drop_id, 'userFlags.csv', line_number, null, "userSourcedId" from landing.user_flags
),

line as (
    select * from landed
    semi join finding using (inbound_flow_id, drop_id, file_name, line_number)
),

membership as (
    select inbound_flow_id, drop_id, "sourcedId" as user_id, unnest(string_split("orgSourcedIds", ',')) as org_id
    from landing.users
    where "sourcedId" in (select line.user_id from line)
    union
    select inbound_flow_id, drop_id, "userSourcedId", "orgSourcedId"
    from landing.roles
    where "userSourcedId" in (select line.user_id from line)
),

name as (
    select inbound_flow_id, sourced_id as org_id, name
    from history.orgs
    where dbt_valid_to is null
    union all
    select inbound_flow_id, "sourcedId", name
    from landing.orgs
    where name is not null
),

names as (
    select inbound_flow_id, org_id, min(name) as name
    from name
    group by inbound_flow_id, org_id
)

select distinct
    finding.finding_id,
    finding.severity,
    finding.inbound_flow_id,
    trim(coalesce(line.org_id, membership.org_id)) as org_id,
    names.name,
    line.line_number is not null
    or coalesce(finding.line_number, 1) = 1
    or finding.inbound_flow_id = 'directory'
    or finding.file_name = 'manifest.csv' as is_at_hand
from finding
left join line using (inbound_flow_id, drop_id, file_name, line_number)
left join membership
    on
        line.inbound_flow_id = membership.inbound_flow_id
        and line.drop_id = membership.drop_id
        and line.user_id = membership.user_id
left join names
    on
        finding.inbound_flow_id = names.inbound_flow_id
        and trim(coalesce(line.org_id, membership.org_id)) = names.org_id
"""
