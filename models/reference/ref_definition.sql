with ref_definition_line as (
    select * from {{ ref('ref_definition_line') }}
),

shipped as (
    select * from ref_definition_line
    where not is_district
),

district as (
    select * from ref_definition_line
    where is_district
),

merged as (
    select
        coalesce(shipped.reference_type, district.reference_type) as reference_type,
        coalesce(shipped.code, district.code) as code,
        coalesce(district.display_name, shipped.display_name, district.code) as display_name,
        cast(coalesce(district.sort_index, shipped.sort_index) as integer) as sort_index,
        coalesce(shipped.source, 'Tenant Defined') as source,
        cast(coalesce(district.is_disabled, shipped.is_disabled, 'false') as boolean) as is_disabled,
        district.code is not null as is_set_by_district
    from shipped
    full outer join district
        on
            shipped.reference_type = district.reference_type
            and lower(shipped.code) = lower(district.code)
),

final as (
    select
        reference_type || '-' || code as ref_definition_id,
        *
    from merged
)

select * from final
