with lines as (
    {{ seed_lines('ref_definition', 'reference', key=['reference_type', 'code']) }}
),

-- a district line fills in what it states and leaves the rest as shipped, so both stay in force
final as (
    select
        * replace (
            replace(code, reference_type || '-', '') as code,
            true as is_in_force
        )
    from lines
)

select * from final
