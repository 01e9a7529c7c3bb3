with final as (
    {{ landed_records('demographics.csv') }}
)

select * from final
