select
    sourced_id as enrollment_id,
    user_sourced_id as person_id,
    class_sourced_id as section_id,
    role,
    dbt_valid_from as active_from,
    dbt_valid_to as active_to
from {{ ref('history_enrollments') }}
where dbt_is_deleted <> 'True'
