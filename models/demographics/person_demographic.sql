with demographics as (
    select * from {{ ref('history_oneroster__demographics') }}
    where dbt_valid_to is null
),

flow_window as (
    select * from {{ ref('flow_window') }}
),

ref_definition as (
    select * from {{ ref('ref_definition') }}
),

-- one row per flow that knows the person's demographics
records as (
    select
        demographics.sourced_id,
        demographics.inbound_flow_id,
        flow_window.source_system_id,
        flow_window.year_code,
        flow_window.opens_at,
        demographics.sex,
        demographics.birth_date,
        demographics.city_of_birth,
        demographics.state_of_birth_abbreviation,
        demographics.country_of_birth_code,
        demographics.public_school_residence_status,
        demographics.is_active_in_session as is_present,
        demographics.first_seen_at,
        coalesce(
            demographics.last_seen_at,
            greatest(demographics.dbt_valid_from, flow_window.last_processed_at)
        ) as last_seen_at
    from demographics
    inner join flow_window on demographics.inbound_flow_id = flow_window.inbound_flow_id
),

-- values from the newest year that has them present, else from the newest year
latest as (
    select
        * exclude (is_present, first_seen_at, last_seen_at),
        min(first_seen_at) over (partition by source_system_id, sourced_id) as first_seen_at,
        max(last_seen_at) over (partition by source_system_id, sourced_id) as last_seen_at,
        bool_or(is_present) over (partition by source_system_id, sourced_id) as is_present_in_source
    from records
    qualify
        row_number() over (
            partition by source_system_id, sourced_id
            order by is_present desc, year_code desc, opens_at desc, inbound_flow_id desc
        ) = 1
),

final as (
    select
        latest.source_system_id || ':' || latest.sourced_id as person_demographic_id,
        latest.source_system_id,
        latest.inbound_flow_id,
        latest.sourced_id as external_id,
        latest.source_system_id || ':' || latest.sourced_id as person_id,
        sex_definition.ref_definition_id as ref_sex_id,
        latest.sex,
        latest.city_of_birth as birth_city,
        latest.state_of_birth_abbreviation as birth_state,
        latest.country_of_birth_code as birth_country_code,
        latest.public_school_residence_status,
        latest.is_present_in_source,
        latest.birth_date,
        latest.first_seen_at,
        latest.last_seen_at
    from latest
    left join ref_definition as sex_definition
        on
            latest.sex = sex_definition.code
            and sex_definition.reference_type = 'RefSex'
)

select * from final
