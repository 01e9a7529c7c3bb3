with codes as (
    select
        reference_type,
        lower(code) as code_key,
        code
    from {{ ref('ref_definition') }}
    where not is_disabled
),

{{ staged_lines('orgs.csv') }},

final as (
    select
        landed.inbound_flow_id,
        landed.sourcedId as sourced_id,
        cast(null as varchar) as status,
        cast(null as timestamp) as date_last_modified,
        {{ kept('name') }} as name,
        {{ kept('type', 'coalesce(organization_types.code, landed."type")') }} as type,
        {{ kept('identifier') }} as identifier,
        {{ kept('parentSourcedId') }} as parent_sourced_id,
        landed.metadata
    from landed
    left join codes as organization_types
        on
            organization_types.reference_type = 'RefOrgType'
            and organization_types.code_key = {{ code_key('landed."type"') }}
)

select * from final
