with unrepeated as (
    {{ without_repeats(ref('stg_classes')) }}
),

terms as (
    select
        class_terms.class_sourced_id,
        list(class_terms.term_sourced_id order by class_terms.term_sourced_id) as term_sourced_ids
    from {{ ref('stg_class_terms') }} as class_terms
    semi join {{ ref('valid_academic_sessions') }} as sessions on class_terms.term_sourced_id = sessions.sourced_id
    group by class_terms.class_sourced_id
)

select
    classes.* exclude (term_sourced_ids)
    replace (
        nullif(list_filter(classes.grades, lambda grade: {{ is_grade('grade') }}), []) as grades,
        {{ one_line('class_code') }} as class_code,
        {{ one_line('location') }} as location
    ),
    terms.term_sourced_ids
from unrepeated as classes
inner join terms on classes.sourced_id = terms.class_sourced_id
semi join {{ ref('valid_courses') }} as courses on classes.course_sourced_id = courses.sourced_id
semi join {{ ref('valid_orgs') }} as orgs on classes.school_sourced_id = orgs.sourced_id
where
    {{ is_id('classes.sourced_id') }}
    and {{ one_line('classes.title') }} is not null
    and class_type in ('homeroom', 'scheduled')
