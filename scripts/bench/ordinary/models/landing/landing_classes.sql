select * from {{ source('oneroster', 'classes') }}
