with provisioned_role as (
    select * from {{ ref('provisioned_role') }}
),

-- a group of everybody in a role group, and one in each organization
memberships as (
    select distinct
        outbound_flow_id,
        role_group_id as group_key,
        'All ' || lower(role_group_name) as group_display_name,
        person_id,
        object_id
    from provisioned_role
    union
    select
        outbound_flow_id,
        organization_id || ',' || role_group_id as group_key,
        organization_name || ' ' || lower(role_group_name) as group_display_name,
        person_id,
        object_id
    from provisioned_role
    where is_chosen
),

final as (
    select
        outbound_flow_id,
        concat_ws(',', group_key, person_id, object_id) as key,
        group_key,
        group_display_name,
        person_id,
        object_id,
        'member' as membership,
        to_json({
            'group': group_key,
            'displayName': group_display_name,
            'id': object_id,
            'membership': 'member'
        }) as contents
    from memberships
)

select * from final
