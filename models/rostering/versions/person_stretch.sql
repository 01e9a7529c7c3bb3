with final as (
    {{ stretches_of_presence(ref('history_oneroster__users')) }}
)

select * from final
