select * from {{ source('oneroster', 'courses') }}
