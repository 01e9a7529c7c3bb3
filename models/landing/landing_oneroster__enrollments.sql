with final as (
    {{ landed_records('enrollments.csv') }}
)

select * from final
