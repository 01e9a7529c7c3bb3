with person_version as (
    select * from {{ ref('person_version') }}
),

ref_definition as (
    select * from {{ ref('ref_definition') }}
    where reference_type = 'RefPhoneNumberType'
),

items as (
    select
        person_id,
        source_system_id,
        is_current,
        valid_from,
        seen_until,
        unnest(['sms', 'other']) as phone_number_type,
        unnest([sms, phone]) as phone_number,
        unnest([1, 2]) as priority_order
    from person_version
),

phone_numbers as (
    select
        source_system_id,
        person_id,
        phone_number,
        phone_number_type,
        priority_order,
        bool_or(is_current) as is_present_in_source,
        min(valid_from) as first_seen_at,
        max(seen_until) as last_seen_at
    from items
    where phone_number is not null
    group by source_system_id, person_id, phone_number, phone_number_type, priority_order
),

final as (
    select
        concat_ws(
            ',', phone_numbers.person_id, phone_numbers.phone_number_type, phone_numbers.phone_number
        ) as person_phone_number_id,
        phone_numbers.source_system_id,
        phone_numbers.person_id,
        ref_definition.ref_definition_id as ref_phone_number_type_id,
        phone_numbers.phone_number,
        phone_numbers.phone_number_type,
        phone_numbers.priority_order,
        phone_numbers.is_present_in_source,
        phone_numbers.first_seen_at,
        phone_numbers.last_seen_at
    from phone_numbers
    left join ref_definition on phone_numbers.phone_number_type = ref_definition.code
)

select * from final
