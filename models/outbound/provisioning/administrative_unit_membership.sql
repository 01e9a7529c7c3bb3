with provisioned_role as (
    select * from {{ ref('provisioned_role') }}
    where is_chosen
),

-- a unit of each organization, and one of each role group in it
memberships as (
    select distinct
        outbound_flow_id,
        organization_id as unit_key,
        organization_name as unit_display_name,
        person_id,
        object_id
    from provisioned_role
    union
    select
        outbound_flow_id,
        organization_id || ',' || role_group_id as unit_key,
        organization_name || ' ' || lower(role_group_name) as unit_display_name,
        person_id,
        object_id
    from provisioned_role
),

final as (
    select
        outbound_flow_id,
        concat_ws(',', unit_key, person_id, object_id) as key,
        unit_key,
        unit_display_name,
        person_id,
        object_id,
        'member' as membership,
        to_json({
            'unit': unit_key,
            'displayName': unit_display_name,
            'id': object_id,
            'membership': 'member'
        }) as contents
    from memberships
)

select * from final
