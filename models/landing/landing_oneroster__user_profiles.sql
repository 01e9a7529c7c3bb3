with final as (
    {{ landed_records('userProfiles.csv') }}
)

select * from final
