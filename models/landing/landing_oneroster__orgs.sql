with final as (
    {{ landed_records('orgs.csv') }}
)

select * from final
