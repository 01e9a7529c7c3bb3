with landing as (
    select * from {{ ref('landing_directory__users') }}
),

{{ judged_records('directory/users.csv') }}

select * from judged
