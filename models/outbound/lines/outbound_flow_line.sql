with lines as (
    {{ seed_lines('outbound_flow', 'outbound', key=['outbound_flow_id']) }}
),

source_system as (
    select * from {{ ref('source_system') }}
),

listed as (
    select
        *,
        {{ items_listed('source_systems') }} as source_systems_listed,
        {{ items_listed('organizations') }} as organizations_listed,
        {{ items_listed('role_groups') }} as role_groups_listed,
        {{ items_listed('grades') }} as grades_listed,
        {{ items_listed('owner_roles') }} as owner_roles_listed,
        {{ items_listed('member_roles') }} as member_roles_listed,
        {{ items_listed('optional_data') }} as optional_data_listed
    from lines
),

final as (
    select
        * replace (
            is_in_force
            -- a shipped flow goes with a source system of the sample
            and (
                is_district
                or list_has_all(
                    (select list(source_system.source_system_id) from source_system), source_systems_listed
                )
            ) as is_in_force
        ),
        try_cast(effective_at as timestamptz) at time zone 'UTC' as effective_from,
        try_cast(expiration_at as timestamptz) at time zone 'UTC'
        -- a bare date is the last day
        + case when length(expiration_at) = 10 then interval 1 day else interval 0 day end as effective_until
    from listed
)

select * from final
