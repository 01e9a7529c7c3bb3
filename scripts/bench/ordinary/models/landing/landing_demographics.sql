select * from {{ source('oneroster', 'demographics') }}
