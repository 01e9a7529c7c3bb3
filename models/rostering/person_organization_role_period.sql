with ref_definition as (
    select * from {{ ref('ref_definition') }}
),

-- another person, organization or role begins another period
periods as (
    {{ periods(
        ref('history_oneroster__roles'),
        ['user_sourced_id', 'org_sourced_id', 'role'],
        {'user_sourced_id': ref('history_oneroster__users'), 'org_sourced_id': ref('history_oneroster__orgs')},
    ) }}
),

final as (
    select
        concat_ws(
            ',', periods.inbound_flow_id || ':' || periods.sourced_id, periods.active_from
        ) as person_organization_role_period_id,
        periods.source_system_id,
        periods.inbound_flow_id || ':' || periods.sourced_id as person_organization_role_id,
        periods.source_system_id || ':' || periods.user_sourced_id as person_id,
        periods.source_system_id || ':' || periods.org_sourced_id as organization_id,
        role_definition.ref_definition_id as ref_role_id,
        periods.role,
        periods.active_from,
        periods.active_to,
        periods.ended_by
    from periods
    left join ref_definition as role_definition
        on
            periods.role = role_definition.code
            and role_definition.reference_type = 'RefRole'
)

select * from final
