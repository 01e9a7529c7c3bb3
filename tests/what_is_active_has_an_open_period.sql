-- The roster and its periods say the same: an enrollment or role is active now exactly when a period of it is open.
-- Sums of hashes tell whether two sets are the same without joining millions of ids.
with active_entities as (
    select
        'enrollment' as entity,
        source_system_id,
        count(*) as entities,
        sum(hash(enrollment_id)) as checksum
    from {{ ref('enrollment') }}
    where is_active_in_session
    group by source_system_id
    union all
    select
        'person_organization_role' as entity,
        source_system_id,
        count(*) as entities,
        sum(hash(person_organization_role_id)) as checksum
    from {{ ref('person_organization_role') }}
    where is_active_in_session
    group by source_system_id
),

open_periods as (
    select
        'enrollment' as entity,
        source_system_id,
        count(*) as entities,
        sum(hash(enrollment_id)) as checksum
    from {{ ref('enrollment_period') }}
    where active_to is null
    group by source_system_id
    union all
    select
        'person_organization_role' as entity,
        source_system_id,
        count(*) as entities,
        sum(hash(person_organization_role_id)) as checksum
    from {{ ref('person_organization_role_period') }}
    where active_to is null
    group by source_system_id
)

select
    coalesce(active_entities.entity, open_periods.entity) as entity,
    coalesce(active_entities.source_system_id, open_periods.source_system_id) as source_system_id,
    active_entities.entities as active_entities,
    open_periods.entities as open_periods
from active_entities
full join open_periods
    on
        active_entities.entity = open_periods.entity
        and active_entities.source_system_id = open_periods.source_system_id
where active_entities.checksum is distinct from open_periods.checksum
