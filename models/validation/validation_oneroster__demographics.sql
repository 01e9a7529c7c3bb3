with landing as (
    select * from {{ ref('landing_oneroster__demographics') }}
),

users as (
    {{ reference_targets('users.csv') }}
),

{{ judged_records('demographics.csv') }}

select * from judged
