with final as (
    {{ subjects_of('course') }}
)

select * from final
