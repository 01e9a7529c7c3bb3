{% macro people_on() %}
    create or replace macro {{ this.schema }}.people_on(on_date) as table
    select
        cast(on_date as date) as on_date,
        person_organization_role_period.person_organization_role_id,
        person_organization_role_period.source_system_id,
        person_organization_role_period.organization_id,
        organization.name as organization,
        person_organization_role_period.role,
        person_organization_role_period.person_id,
        person.surname,
        person.given_name,
        person_organization_role_period.active_from,
        person_organization_role_period.active_to
    from {{ ref('person_organization_role_period').include(database=false) }} as person_organization_role_period
    inner join {{ ref('person').include(database=false) }} as person
        on person_organization_role_period.person_id = person.person_id
    left join {{ ref('organization').include(database=false) }} as organization
        on person_organization_role_period.organization_id = organization.organization_id
    where {{ is_active_at_the_end_of('person_organization_role_period', 'on_date') }};

    comment on macro table {{ this.schema }}.people_on is
        'Who was at which school as what at the end of a date (UTC), as we knew it; names are those of today.'
{% endmacro %}
