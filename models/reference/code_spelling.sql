with ref_definitions as (
    select * from {{ ref('ref_definition') }}
    where not is_disabled
),

aliases as (
    select * from {{ ref('ref_definition_alias') }}
),

final as (
    select
        reference_type,
        lower(code) as spelling,
        code,
        false as is_alias
    from ref_definitions
    union all
    select
        reference_type,
        lower(alias) as spelling,
        code,
        true as is_alias
    from aliases
)

select * from final
