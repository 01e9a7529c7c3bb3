-- How many students did each school have in each grade, on the last day of each month? Put other months.
with months as (
    select
        last_day(cast(month as date)) as day,
        last_day(cast(month as date)) + interval 1 day as ends_at
    from generate_series(timestamp '2026-08-01', timestamp '2026-10-01', interval 1 month) as _ (month)
),

students as (
    select
        months.day,
        roles.inbound_flow_id,
        roles.org_sourced_id,
        roles.user_sourced_id,
        -- a student's only grade is the grade of every student role that states none
        coalesce(roles.grade, if(len(users.grades) = 1, users.grades[1], null)) as grade_level
    from months
    inner join history.roles
        on
            roles.role = 'student'
            and roles.is_active_in_session
            and months.ends_at > roles.dbt_valid_from
            and coalesce(roles.dbt_valid_to, 'infinity') >= months.ends_at
    inner join history.users
        on
            roles.inbound_flow_id = users.inbound_flow_id
            and roles.user_sourced_id = users.sourced_id
            and users.is_active_in_session
            and months.ends_at > users.dbt_valid_from
            and coalesce(users.dbt_valid_to, 'infinity') >= months.ends_at
    inner join rostering_versions.flow_window
        on
            roles.inbound_flow_id = flow_window.inbound_flow_id
            and months.ends_at > flow_window.opens_at
            and coalesce(flow_window.closed_at, 'infinity') >= months.ends_at
)

select
    students.day,
    organization.name as school,
    students.grade_level,
    count(distinct students.user_sourced_id) as students
from students
inner join rostering_versions.flow_window on students.inbound_flow_id = flow_window.inbound_flow_id
left join rostering.organization
    on
        flow_window.source_system_id = organization.source_system_id
        and students.org_sourced_id = organization.external_id
group by all
order by students.day, school, students.grade_level
