with lines as (
    {{ seed_lines('source_system', 'inbound', key=['source_system_id']) }}
),

final as (
    select * replace (is_in_force and coalesce(lower(is_removed), 'false') <> 'true' as is_in_force)
    from lines
)

select * from final
