with {{ staged_lines('userProfiles.csv') }},

final as (
    select
        landed.inbound_flow_id,
        landed.sourcedId as sourced_id,
        cast(null as varchar) as status,
        cast(null as timestamp) as date_last_modified,
        {{ kept('userSourcedId') }} as user_sourced_id,
        {{ kept('profileType') }} as profile_type,
        {{ kept('vendorId') }} as vendor_id,
        {{ kept('applicationId') }} as application_id,
        {{ kept('description') }} as description,
        {{ kept('credentialType') }} as credential_type,
        {{ kept('username') }} as username,
        landed.metadata
    from landed
)

select * from final
