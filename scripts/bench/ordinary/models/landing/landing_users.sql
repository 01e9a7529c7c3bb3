select * from {{ source('oneroster', 'users') }}
