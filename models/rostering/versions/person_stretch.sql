with final as (
    {{ stretches(ref('history_oneroster__users')) }}
)

select * from final
