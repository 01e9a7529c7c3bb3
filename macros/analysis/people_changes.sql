{% macro people_changes() %}
    create or replace macro {{ this.schema }}.people_changes(from_date, to_date) as table
    select
        case when earlier.person_id is null then 'joined' else 'left' end as change,
        organization_id,
        coalesce(later.organization, earlier.organization) as organization,
        role,
        person_id,
        coalesce(later.surname, earlier.surname) as surname,
        coalesce(later.given_name, earlier.given_name) as given_name,
        coalesce(later.active_from, earlier.active_to) as changed_at
    from (select distinct on (organization_id, person_id, role) * from {{ this.schema }}.people_on(from_date)) as earlier
    full join (select distinct on (organization_id, person_id, role) * from {{ this.schema }}.people_on(to_date)) as later
        using (organization_id, person_id, role)
    where earlier.person_id is null or later.person_id is null;

    comment on macro table {{ this.schema }}.people_changes is
        'Who joined and who left which school, and as what, between the ends of two dates (UTC).'
{% endmacro %}
