with final as (
    {{ landed_records('users.csv') }}
)

select * from final
