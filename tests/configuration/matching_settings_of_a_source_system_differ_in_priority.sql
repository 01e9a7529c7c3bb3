{{ config(tags=['configuration']) }}

with user_matching_setting as (
    select * from {{ ref('user_matching_setting') }}
),

user_matching_setting_line as (
    select * from {{ ref('user_matching_setting_line') }}
    where is_in_force
)

select
    user_matching_setting_line.place || ': priority_order is ' || user_matching_setting.priority_order || ', as in the '
    || 'setting of ' || user_matching_setting.source_system_id || ' for ' || other_setting.role_group_id || '. Give '
    || 'each setting of a source system its own number; for a person in several role groups the lowest decides.'
        as message
from user_matching_setting
inner join user_matching_setting as other_setting
    on
        user_matching_setting.source_system_id = other_setting.source_system_id
        and user_matching_setting.priority_order = other_setting.priority_order
        and user_matching_setting.role_group_id > other_setting.role_group_id
inner join user_matching_setting_line
    on
        user_matching_setting.source_system_id = user_matching_setting_line.source_system_id
        and user_matching_setting.role_group_id = user_matching_setting_line.role_group_id
