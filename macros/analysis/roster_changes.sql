{% macro roster_changes() %}
    create or replace macro {{ this.schema }}.roster_changes(from_date, to_date) as table
    select
        case when earlier.person_id is null then 'joined' else 'left' end as change,
        coalesce(later.school, earlier.school) as school,
        coalesce(later.course, earlier.course) as course,
        section_id,
        coalesce(later.class, earlier.class) as class,
        role,
        person_id,
        coalesce(later.surname, earlier.surname) as surname,
        coalesce(later.given_name, earlier.given_name) as given_name,
        coalesce(later.active_from, earlier.active_to) as changed_at
    from (
        select distinct on (section_id, person_id, role) *
        from {{ this.schema }}.roster_on(from_date)
        order by active_to desc nulls first
    ) as earlier
    full join (
        select distinct on (section_id, person_id, role) *
        from {{ this.schema }}.roster_on(to_date)
        order by active_from
    ) as later
        using (section_id, person_id, role)
    where earlier.person_id is null or later.person_id is null;

    comment on macro table {{ this.schema }}.roster_changes is
        'Who joined and who left which class between the ends of two dates (UTC). Who changes class or role does both.'
{% endmacro %}
