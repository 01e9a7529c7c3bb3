with final as (
    {{ stretches(ref('history_oneroster__orgs')) }}
)

select * from final
