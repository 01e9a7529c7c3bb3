-- Written by `make models` from seeds/catalogue, which is the place to change it.
with selected_flow as (
    select * from {{ ref('selected_flow') }}
    where kind = 'roster'
),

present_user_flags as (
    select * from {{ ref('history_oneroster__user_flags') }}
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
        present_user_flags.*
    from selected_flow
    inner join selected_person
        on
            selected_flow.outbound_flow_id = selected_person.outbound_flow_id
            and selected_flow.inbound_flow_id = selected_person.inbound_flow_id
            and list_contains(selected_flow.optional_data, 'flags')
    inner join present_user_flags
        on
            selected_person.inbound_flow_id = present_user_flags.inbound_flow_id
            and selected_person.user_sourced_id = present_user_flags.user_sourced_id
),

final as (
    select
        records.outbound_flow_id,
        'userFlags' as kind,
        records.id_prefix || records.sourced_id as key,
        case records.format
            when 'schoolDataSyncV21'
                then to_json({
                        'userSourcedId': records.id_prefix || records.user_sourced_id,
                        'flag': records.flag
                    })
        end as contents
    from records
    where
        records.format in ('schoolDataSyncV21')
        and {{ is_format_asked_for(['schoolDataSyncV21']) }}
)

select * from final
