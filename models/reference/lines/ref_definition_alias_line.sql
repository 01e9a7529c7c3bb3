with lines as (
    {{ seed_lines('ref_definition_alias', 'reference', key=['reference_type', 'alias']) }}
),

final as (
    select * replace (replace(code, reference_type || '-', '') as code)
    from lines
)

select * from final
