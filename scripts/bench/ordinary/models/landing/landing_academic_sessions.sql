select * from {{ source('oneroster', 'academicSessions') }}
