with final as (
    {{ landed_records('directory/users.csv') }}
)

select * exclude (oneroster_version) from final
