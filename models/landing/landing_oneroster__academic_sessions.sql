with final as (
    {{ landed_records('academicSessions.csv') }}
)

select * from final
