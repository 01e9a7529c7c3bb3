{#- Parents, guardians and relatives who are nothing else: inbound_flow_id, sourced_id. -#}
{% macro contacts() -%}
    select
        inbound_flow_id,
        sourced_id
    from (
        select
            inbound_flow_id,
            "sourcedId" as sourced_id,
            role
        from {{ ref('landing_oneroster__users') }}
        where oneroster_version = '1.1'
        union all
        select
            inbound_flow_id,
            "userSourcedId" as sourced_id,
            role
        from {{ ref('landing_oneroster__roles') }}
        union all
        -- School Data Sync names contacts by what they are to a student, and gives them no role
        select
            inbound_flow_id,
            "relationshipUserSourcedId" as sourced_id,
            'relative' as role
        from {{ ref('landing_oneroster__relationships') }}
    )
    left join {{ ref('code_spelling') }} as codes
        on codes.reference_type = 'RefRole' and codes.spelling = lower(role)
    where sourced_id is not null
    group by inbound_flow_id, sourced_id
    having bool_and(coalesce(codes.code in ('parent', 'guardian', 'relative'), false))
{%- endmacro %}
