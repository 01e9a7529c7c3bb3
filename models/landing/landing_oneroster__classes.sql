with final as (
    {{ landed_records('classes.csv') }}
)

select * from final
