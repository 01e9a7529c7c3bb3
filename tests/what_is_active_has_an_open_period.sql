-- The roster and its periods say the same: an enrollment or role is active now exactly when a period of it is open.
with entities as (
    select
        enrollment_id as entity_id,
        is_active_in_session
    from {{ ref('enrollment') }}
    where {{ in_sample(ref('enrollment'), 'enrollment_id') }}
    union all
    select
        person_organization_role_id as entity_id,
        is_active_in_session
    from {{ ref('person_organization_role') }}
    where {{ in_sample(ref('person_organization_role'), 'person_organization_role_id') }}
),

open_periods as (
    select enrollment_id as entity_id
    from {{ ref('enrollment_period') }}
    where active_to is null and {{ in_sample(ref('enrollment_period'), 'enrollment_id') }}
    union all
    select person_organization_role_id as entity_id
    from {{ ref('person_organization_role_period') }}
    where
        active_to is null
        and {{ in_sample(ref('person_organization_role_period'), 'person_organization_role_id') }}
)

select
    coalesce(entities.entity_id, open_periods.entity_id) as entity_id,
    entities.is_active_in_session,
    open_periods.entity_id is not null as has_open_period
from entities
full join open_periods on entities.entity_id = open_periods.entity_id
where entities.is_active_in_session is distinct from (open_periods.entity_id is not null)
