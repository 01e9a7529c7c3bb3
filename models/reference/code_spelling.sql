with ref_definitions as (
    select * from {{ ref('ref_definition') }}
    where not is_disabled
),

final as (
    select
        reference_type,
        lower(code) as spelling,
        code
    from ref_definitions
    union all
    -- a grade that lost its zero is still that grade
    select
        reference_type,
        code[2:] as spelling,
        code
    from ref_definitions
    where regexp_full_match(code, '0[0-9]')
)

select * from final
