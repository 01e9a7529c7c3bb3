-- Nothing is sent while any part of the configuration is wrong: what reads the flows waits for this and its test.
-- depends_on: {{ ref('inbound_flow') }}

with outbound_flow_line as (
    select * from {{ ref('outbound_flow_line') }}
    where is_in_force
),

ref_definition as (
    select * from {{ ref('ref_definition') }}
),

spellings as (
    select
        reference_type,
        map_from_entries(list((lower(code), code))) as codes
    from ref_definition
    where reference_type in ('RefSectionRole', 'RefGradeLevel')
    group by reference_type
),

-- as Microsoft's own example has them
default_roles as (
    select
        [
            'teacher', 'proctor', 'teacherAssistant', 'paraprofessional', 'physicalTherapist', 'speechTherapist',
            'visionTherapist', 'occupationalTherapist', 'staff',
        ] as owner_roles,
        [
            'student', 'substitute', 'aide', 'proctor', 'teacherAssistant', 'paraprofessional', 'physicalTherapist',
            'speechTherapist', 'visionTherapist', 'occupationalTherapist', 'staff',
        ] as member_roles
),

formats as (
    select
        unnest({{ outbound_formats() }}) as format
),

final as (
    select
        outbound_flow_line.outbound_flow_id,
        outbound_flow_line.display_name,
        lower(outbound_flow_line.kind) as kind,
        formats.format,
        {
            'source_systems': {{ spelt('outbound_flow_line.source_systems_listed') }},
            'organizations': outbound_flow_line.organizations_listed,
            'role_groups': {{ spelt('outbound_flow_line.role_groups_listed') }},
            'grades': {{ spelt('outbound_flow_line.grades_listed', 'grade_levels.codes') }}
        } as filter,
        if(
            lower(outbound_flow_line.kind) = 'provisioning',
            coalesce(
                {{ spelt('outbound_flow_line.owner_roles_listed', 'section_roles.codes') }},
                default_roles.owner_roles
            ),
            null
        ) as owner_roles,
        if(
            lower(outbound_flow_line.kind) = 'provisioning',
            coalesce(
                {{ spelt('outbound_flow_line.member_roles_listed', 'section_roles.codes') }},
                default_roles.member_roles
            ),
            null
        ) as member_roles,
        coalesce(cast(outbound_flow_line.grace_days as integer), 0) as grace_days,
        if(
            lower(outbound_flow_line.kind) = 'provisioning', coalesce(outbound_flow_line.class_name, '{class}'), null
        ) as class_name,
        coalesce(lower(outbound_flow_line.is_unmatched_created) = 'true', false) as is_unmatched_created,
        coalesce({{ spelt('outbound_flow_line.optional_data_listed') }}, cast([] as varchar[])) as optional_data,
        coalesce(lower(outbound_flow_line.mode), 'full') as mode,
        coalesce(lower(outbound_flow_line.is_confirmation_awaited) = 'true', false) as is_confirmation_awaited,
        coalesce(lower(outbound_flow_line.is_deidentified) = 'true', false) as is_deidentified,
        cast({{ var('hold_removed_share') }} as double) as hold_removed_share,
        outbound_flow_line.effective_from as effective_at,
        outbound_flow_line.effective_until as expiration_at,
        case lower(outbound_flow_line.readiness_status)
            when 'notready' then 'notReady'
            else lower(outbound_flow_line.readiness_status)
        end as readiness_status
    from outbound_flow_line
    cross join default_roles
    inner join spellings as section_roles on section_roles.reference_type = 'RefSectionRole'
    inner join spellings as grade_levels on grade_levels.reference_type = 'RefGradeLevel'
    left join formats on lower(outbound_flow_line.format) = lower(formats.format)
)

select * from final
