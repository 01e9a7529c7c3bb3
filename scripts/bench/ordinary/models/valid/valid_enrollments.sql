with unrepeated as (
    {{ without_repeats(ref('stg_enrollments')) }}
)

select
    enrollments.*
    replace (
        case when not coalesce(begin_date > end_date, false) then begin_date end as begin_date,
        case when not coalesce(begin_date > end_date, false) then end_date end as end_date
    )
from unrepeated as enrollments
semi join {{ ref('valid_classes') }} as classes on enrollments.class_sourced_id = classes.sourced_id
semi join {{ ref('valid_orgs') }} as orgs on enrollments.school_sourced_id = orgs.sourced_id
semi join {{ ref('valid_users') }} as users on enrollments.user_sourced_id = users.sourced_id
where
    {{ is_id('enrollments.sourced_id') }}
    and enrollments.role in ('administrator', 'proctor', 'student', 'teacher')
