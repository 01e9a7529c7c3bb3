with final as (
    {{ landed_records('courses.csv') }}
)

select * from final
