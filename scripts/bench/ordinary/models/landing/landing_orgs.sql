select * from {{ source('oneroster', 'orgs') }}
