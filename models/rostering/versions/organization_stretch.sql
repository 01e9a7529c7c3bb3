with final as (
    {{ stretches_of_presence(ref('history_oneroster__orgs')) }}
)

select * from final
