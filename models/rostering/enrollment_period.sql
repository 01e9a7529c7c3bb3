with ref_definition as (
    select * from {{ ref('ref_definition') }}
),

-- another person, section or role begins another period
periods as (
    {{ periods(
        ref('history_oneroster__enrollments'),
        ['user_sourced_id', 'class_sourced_id', 'role'],
        {'class_sourced_id': ref('history_oneroster__classes'), 'user_sourced_id': ref('history_oneroster__users')},
        newest=['end_date']
    ) }}
),

final as (
    select
        concat_ws(
            ',', periods.inbound_flow_id || ':' || periods.sourced_id, periods.active_from
        ) as enrollment_period_id,
        periods.source_system_id,
        periods.inbound_flow_id || ':' || periods.sourced_id as enrollment_id,
        periods.source_system_id || ':' || periods.user_sourced_id as person_id,
        periods.inbound_flow_id || ':' || periods.class_sourced_id as section_id,
        section_role.ref_definition_id as ref_section_role_id,
        periods.role,
        periods.active_from,
        periods.active_to,
        periods.ended_by,
        periods.end_date as exit_date
    from periods
    left join ref_definition as section_role
        on
            periods.role = section_role.code
            and section_role.reference_type = 'RefSectionRole'
)

select * from final
