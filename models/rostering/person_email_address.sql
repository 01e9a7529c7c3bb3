with person_version as (
    select * from {{ ref('person_version') }}
),

ref_definition as (
    select * from {{ ref('ref_definition') }}
    where reference_type = 'RefEmailAddressType'
),

email_addresses as (
    select
        source_system_id,
        person_id,
        lower(email) as email_address,
        'organizational' as email_address_type,
        1 as priority_order,
        bool_or(is_current) as is_present_in_source,
        min(valid_from) as first_seen_at,
        max(seen_until) as last_seen_at
    from person_version
    where email is not null
    group by source_system_id, person_id, lower(email)
),

final as (
    select
        email_addresses.person_id || ',' || email_addresses.email_address as person_email_address_id,
        email_addresses.source_system_id,
        email_addresses.person_id,
        ref_definition.ref_definition_id as ref_email_address_type_id,
        email_addresses.email_address,
        email_addresses.priority_order,
        email_addresses.is_present_in_source,
        email_addresses.first_seen_at,
        email_addresses.last_seen_at
    from email_addresses
    left join ref_definition on email_addresses.email_address_type = ref_definition.code
)

select * from final
