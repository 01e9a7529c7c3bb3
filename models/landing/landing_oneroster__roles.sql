with final as (
    {{ landed_records('roles.csv') }}
)

select * from final
