with final as (
    {{ subjects_of('section') }}
)

select * from final
