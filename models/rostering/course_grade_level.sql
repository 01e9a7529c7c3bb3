with final as (
    {{ grade_levels_of('course') }}
)

select * from final
