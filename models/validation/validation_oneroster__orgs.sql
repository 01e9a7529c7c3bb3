with recursive landing as (
    select * from {{ ref('landing_oneroster__orgs') }}
),

{{ judged_records('orgs.csv') }}

select * from judged
