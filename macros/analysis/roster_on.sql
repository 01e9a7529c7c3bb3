{#-
    Table macros cannot be models, so a post-hook of the view that they generalise makes them. Relations are named
    without the database, so that a copied or attached warehouse keeps working.
-#}
{% macro roster_on() %}
    create or replace macro {{ this.schema }}.roster_on(on_date) as table
    select
        cast(on_date as date) as on_date,
        enrollment_period.enrollment_id,
        enrollment_period.source_system_id,
        section.organization_id,
        organization.name as school,
        section.course_id,
        course.name as course,
        enrollment_period.section_id,
        section.name as class,
        section.code as class_code,
        enrollment_period.role,
        enrollment_period.person_id,
        person.surname,
        person.given_name,
        enrollment_period.active_from,
        enrollment_period.active_to
    from (
        -- an exit date ends what is current, and the day itself belongs to it
        select * replace (least(active_to, exit_date + interval 1 day) as active_to)
        from {{ ref('enrollment_period').include(database=false) }}
    ) as enrollment_period
    inner join {{ ref('section').include(database=false) }} as section
        on enrollment_period.section_id = section.section_id
    inner join {{ ref('person').include(database=false) }} as person
        on enrollment_period.person_id = person.person_id
    left join {{ ref('course').include(database=false) }} as course on section.course_id = course.course_id
    left join {{ ref('organization').include(database=false) }} as organization
        on section.organization_id = organization.organization_id
    where {{ is_active_at_the_end_of('enrollment_period', 'on_date') }};

    comment on macro table {{ this.schema }}.roster_on is
        'Who was in which class at the end of a date (UTC), as we knew it, to their exit date; names are those of today.'
{% endmacro %}

{% macro is_active_at_the_end_of(period, date) -%}
    {{ period }}.active_from < cast({{ date }} as date) + interval 1 day
    and ({{ period }}.active_to is null or {{ period }}.active_to >= cast({{ date }} as date) + interval 1 day)
{%- endmacro %}
