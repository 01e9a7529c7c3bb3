with present as (
    {{ present_versions(ref('history_oneroster__demographics')) }}
),

person_demographic as (
    select * from {{ ref('person_demographic') }}
),

flow_window as (
    select * from {{ ref('flow_window') }}
),

final as (
    select
        person_demographic.person_id,
        present.inbound_flow_id,
        flow_window.source_system_id,
        present.american_indian_or_alaska_native,
        present.asian,
        present.black_or_african_american,
        present.native_hawaiian_or_other_pacific_islander,
        present.white,
        present.demographic_race_two_or_more_races,
        present.hispanic_or_latino_ethnicity,
        -- lists follow the flow that the person's demographic values come from
        present.dbt_valid_to is null and present.inbound_flow_id = person_demographic.inbound_flow_id as is_current,
        present.dbt_valid_from as valid_from,
        present.dbt_valid_to as valid_to,
        present.seen_until
    from present
    inner join flow_window on present.inbound_flow_id = flow_window.inbound_flow_id
    inner join person_demographic
        on
            flow_window.source_system_id = person_demographic.source_system_id
            and present.sourced_id = person_demographic.external_id
)

select * from final
