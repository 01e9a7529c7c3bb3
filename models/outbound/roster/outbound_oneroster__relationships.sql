-- Written by `make models` from seeds/catalogue, which is the place to change it.
with selected_flow as (
    select * from {{ ref('selected_flow') }}
    where kind = 'roster'
),

selected_person as (
    select * from {{ ref('selected_person') }}
),

person_relationship as (
    select * from {{ ref('person_relationship') }}
    where is_present_in_source
),

records as (
    select
        selected_flow.outbound_flow_id,
        selected_flow.format,
        selected_flow.id_prefix,
        concat_ws('|', people.user_sourced_id, related.user_sourced_id) as sourced_id,
        people.user_sourced_id,
        related.user_sourced_id as relationship_user_sourced_id,
        person_relationship.relationship as relationship_role
    from selected_flow
    inner join selected_person as people
        on
            selected_flow.outbound_flow_id = people.outbound_flow_id
            and selected_flow.inbound_flow_id = people.inbound_flow_id
            and list_contains(selected_flow.optional_data, 'contacts')
    inner join person_relationship on people.person_id = person_relationship.person_id
    inner join selected_person as related
        on
            people.outbound_flow_id = related.outbound_flow_id
            and people.inbound_flow_id = related.inbound_flow_id
            and person_relationship.related_person_id = related.person_id
),

final as (
    select
        records.outbound_flow_id,
        'relationships' as kind,
        records.id_prefix || records.sourced_id as key,
        case records.format
            when 'schoolDataSyncV21'
                then to_json({
                        'userSourcedId': records.id_prefix || records.user_sourced_id,
                        'relationshipUserSourcedId': records.id_prefix || records.relationship_user_sourced_id,
                        'relationshipRole': records.relationship_role
                    })
        end as contents
    from records
    where
        records.format in ('schoolDataSyncV21')
        and {{ is_format_asked_for(['schoolDataSyncV21']) }}
)

select * from final
