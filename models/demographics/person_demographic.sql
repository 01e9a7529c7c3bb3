with newest as (
    {{ newest_records(ref('history_oneroster__demographics')) }}
),

ref_definition as (
    select * from {{ ref('ref_definition') }}
),

final as (
    select
        newest.source_system_id || ':' || newest.sourced_id as person_demographic_id,
        newest.source_system_id,
        newest.inbound_flow_id,
        newest.sourced_id as external_id,
        newest.source_system_id || ':' || newest.sourced_id as person_id,
        sex_definition.ref_definition_id as ref_sex_id,
        newest.sex,
        newest.city_of_birth as birth_city,
        newest.state_of_birth_abbreviation as birth_state,
        newest.country_of_birth_code as birth_country_code,
        newest.public_school_residence_status,
        newest.is_present_in_source,
        newest.birth_date,
        newest.first_seen_at,
        newest.last_seen_at
    from newest
    left join ref_definition as sex_definition
        on
            newest.sex = sex_definition.code
            and sex_definition.reference_type = 'RefSex'
)

select * from final
