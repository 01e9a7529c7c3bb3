with lines as (
    select * from {{ ref('ref_definition_alias_line') }}
    where is_in_force
),

ref_definitions as (
    select * from {{ ref('ref_definition') }}
    where not is_disabled
),

-- a name that is a code of its own means that code
final as (
    select
        lines.reference_type,
        lines.alias,
        ref_definitions.code,
        lines.is_district as is_set_by_district
    from lines
    inner join ref_definitions
        on lines.reference_type = ref_definitions.reference_type and lower(lines.code) = lower(ref_definitions.code)
    anti join ref_definitions as named
        on lines.reference_type = named.reference_type and lower(lines.alias) = lower(named.code)
)

select * from final
