{{ config(tags=['configuration']) }}

with user_matching_setting_line as (
    select * from {{ ref('user_matching_setting_line') }}
    where is_in_force
)

select
    place || ': domain_name is ''' || domain_name || ''', which is no domain. Write it without @, as in '
    || 'contoso.example, or leave it blank.' as message
from user_matching_setting_line
where not regexp_full_match(domain_name, '[[:alnum:]-]+(\.[[:alnum:]-]+)+')
