with final as (
    {{ stretches(ref('history_oneroster__classes')) }}
)

select * from final
