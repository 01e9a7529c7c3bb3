with default_ref_definition as (
    select * from {{ ref('default_ref_definition') }}
),

final as (
    select
        reference_type || '-' || code as ref_definition_id,
        reference_type,
        code,
        display_name,
        cast(sort_index as integer) as sort_index,
        source,
        false as is_disabled,
    from default_ref_definition
)

select * from final
