-- What did we know about a person, and when? Every version of one users.csv record.
select
    dbt_valid_from as known_from,
    dbt_valid_to as known_to,
    is_active_in_session as is_present,
    given_name,
    family_name,
    email,
    grades
from history.users
where inbound_flow_id = 'contoso-2027' and sourced_id = 'stu-2801'
order by dbt_valid_from
