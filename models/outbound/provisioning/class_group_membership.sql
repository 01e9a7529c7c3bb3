with selected_flow as (
    select * from {{ ref('selected_flow') }}
    where kind = 'provisioning'
),

selected_enrollment as (
    select * from {{ ref('selected_enrollment') }}
),

matched as (
    select * from {{ ref('person_match') }}
    where match_status = 'matched'
),

memberships as (
    select
        selected_enrollment.outbound_flow_id,
        selected_enrollment.section_id,
        selected_enrollment.person_id,
        matched.object_id,
        list_contains(selected_flow.owner_roles, selected_enrollment.role) as is_owner,
        list_contains(selected_flow.member_roles, selected_enrollment.role) as is_member
    from selected_enrollment
    inner join selected_flow
        on
            selected_enrollment.outbound_flow_id = selected_flow.outbound_flow_id
            and selected_enrollment.inbound_flow_id = selected_flow.inbound_flow_id
    -- who matches nobody in the directory is in no group
    inner join matched on selected_enrollment.person_id = matched.person_id
),

-- a role may make somebody an owner and a member; two enrollments make nobody twice a member
distinct_memberships as (
    select distinct
        outbound_flow_id,
        section_id,
        person_id,
        object_id,
        'owner' as membership
    from memberships
    where is_owner
    union all
    select distinct
        outbound_flow_id,
        section_id,
        person_id,
        object_id,
        'member' as membership
    from memberships
    where is_member
),

final as (
    select
        outbound_flow_id,
        concat_ws(',', section_id, person_id, object_id, membership) as key,
        section_id as class_group_key,
        person_id,
        object_id,
        membership,
        to_json({
            'group': section_id,
            'id': object_id,
            'membership': membership
        }) as contents
    from distinct_memberships
)

select * from final
