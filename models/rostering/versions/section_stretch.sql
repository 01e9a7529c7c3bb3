with final as (
    {{ stretches_of_presence(ref('history_oneroster__classes')) }}
)

select * from final
