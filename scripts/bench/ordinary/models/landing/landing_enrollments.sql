select * from {{ source('oneroster', 'enrollments') }}
