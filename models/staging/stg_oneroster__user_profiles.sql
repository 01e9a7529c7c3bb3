-- Written by `make models` from seeds/catalogue, which is the place to change it.
with landing as not materialized (
    select * from {{ ref('landing_oneroster__user_profiles') }}
),

verdicts as not materialized (
    select * from {{ ref('validation_oneroster__user_profiles') }}
),

final as (
    select
        landing.inbound_flow_id,
        landing.sourcedId as sourced_id,
        case when landing.is_delta then lower(landing.status) end as status,
        case when landing.is_delta then {{ as_instant('landing.dateLastModified') }} end as date_last_modified,
        {{ kept('user_sourced_id', 'landing.userSourcedId') }} as user_sourced_id,
        {{ kept('profile_type', in_one_line('landing.profileType')) }} as profile_type,
        {{ kept('vendor_id', in_one_line('landing.vendorId')) }} as vendor_id,
        {{ kept('application_id', in_one_line('landing.applicationId')) }} as application_id,
        {{ kept('description', in_one_line('landing.description')) }} as description,
        {{ kept('credential_type', in_one_line('landing.credentialType')) }} as credential_type,
        {{ kept('username', in_one_line('landing.username')) }} as username,
        landing.metadata
    from landing
    left join verdicts
        on landing.inbound_flow_id = verdicts.inbound_flow_id and landing.line_number = verdicts.line_number
    where coalesce(verdicts.disposition, 'staged') = 'staged'
)

select * from final
