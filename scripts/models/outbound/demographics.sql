present_demographics as (
    select * from {{ ref('history_oneroster__demographics') }}
    where dbt_valid_to is null and is_active_in_session
),

selected_person as (
    select * from {{ ref('selected_person') }}
    where not is_contact
),

records as (
    select
        selected_flow.outbound_flow_id,
        selected_flow.format,
        selected_flow.id_prefix,
        present_demographics.*,
        concat_ws(
            ',',
            {%- for code in [
                'americanIndianOrAlaskaNative', 'asian', 'blackOrAfricanAmerican', 'nativeHawaiianOrOtherPacificIslander',
                'white', 'demographicRaceTwoOrMoreRaces',
            ] %}
            if(present_demographics.{{ snake_case(code) }}, '{{ code }}', null)
            {{- ',' if not loop.last }}
            {%- endfor %}
        ) as race_codes,
        if(present_demographics.hispanic_or_latino_ethnicity, 'hispanicOrLatinoEthnicity', '') as ethnicity_codes
    from selected_flow
    inner join selected_person
        on
            selected_flow.outbound_flow_id = selected_person.outbound_flow_id
            and selected_flow.inbound_flow_id = selected_person.inbound_flow_id
            and list_contains(selected_flow.optional_data, 'demographics')
    inner join present_demographics
        on
            selected_person.inbound_flow_id = present_demographics.inbound_flow_id
            and selected_person.user_sourced_id = present_demographics.sourced_id
),
