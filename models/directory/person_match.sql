with person_to_match as (
    select * from {{ ref('person_to_match') }}
),

match_candidate as (
    select * from {{ ref('match_candidate') }}
),

matches as (
    select
        person_id,
        bool_and(directory_users_of_person = 1 and people_of_directory_user = 1) as is_unambiguous,
        min(object_id) as object_id,
        min(source_value) as source_value
    from match_candidate
    group by person_id
),

final as (
    select
        person_to_match.person_id,
        person_to_match.source_system_id,
        case when matches.is_unambiguous then matches.object_id end as object_id,
        case
            when matches.is_unambiguous then 'matched'
            when matches.person_id is not null then 'ambiguous'
            else 'unmatched'
        end as match_status,
        person_to_match.role_group_id,
        person_to_match.source_identifier,
        person_to_match.match_target,
        coalesce(matches.source_value, person_to_match.source_values[1]) as source_value
    from person_to_match
    left join matches on person_to_match.person_id = matches.person_id
)

select * from final
