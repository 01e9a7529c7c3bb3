with final as (
    {{ grade_levels_of('section') }}
)

select * from final
