-- Written by `make models` from seeds/catalogue, which is the place to change it.
with selected_flow as (
    select * from {{ ref('selected_flow') }}
    where kind = 'roster'
),

outbound_code as (
    select * from {{ ref('outbound_code') }}
),

selected_enrollment as (
    select * from {{ ref('selected_enrollment') }}
),

-- each format reads its own
records as not materialized (
    select
        selected_flow.outbound_flow_id,
        selected_flow.format,
        selected_flow.id_prefix,
        -- an id that was made up here has bars in it, which the standard does not know
        if(
            contains(selected_enrollment.sourced_id, '|')
            and starts_with(selected_enrollment.sourced_id, selected_enrollment.class_sourced_id),
            md5(selected_enrollment.sourced_id),
            selected_enrollment.sourced_id
        ) as sourced_id,
        selected_enrollment.class_sourced_id,
        selected_enrollment.school_sourced_id,
        selected_enrollment.user_sourced_id,
        selected_enrollment.role,
        selected_enrollment.is_primary_staff_for_section as is_primary,
        selected_enrollment.entry_date as begin_date,
        selected_enrollment.exit_date as end_date,
        concat_ws(
            '|',
            selected_enrollment.class_sourced_id,
            selected_enrollment.user_sourced_id,
            selected_enrollment.role
        ) as natural_id
    from selected_enrollment
    inner join selected_flow
        on
            selected_enrollment.outbound_flow_id = selected_flow.outbound_flow_id
            and selected_enrollment.inbound_flow_id = selected_flow.inbound_flow_id
),

-- without ids of their own, two that say the same are one
school_data_sync_v21 as (
    select distinct on (records.outbound_flow_id, key)
        records.outbound_flow_id,
        'enrollments' as kind,
        records.id_prefix || records.natural_id as key,
        case records.format
            when 'schoolDataSyncV21'
                then to_json({
                        'classSourcedId': records.id_prefix || records.class_sourced_id,
                        'userSourcedId': records.id_prefix || records.user_sourced_id,
                        'role': coalesce(ref_section_role.written_as, records.role)
                    })
        end as contents
    from records
    left join outbound_code as ref_section_role
        on
            records.format = ref_section_role.format
            and records.role = ref_section_role.code
            and ref_section_role.reference_type = 'RefSectionRole'
    where
        records.format in ('schoolDataSyncV21')
        and {{ is_format_asked_for(['schoolDataSyncV21']) }}
    order by records.outbound_flow_id, key, records.sourced_id
),

final as (
    select
        records.outbound_flow_id,
        'enrollments' as kind,
        records.id_prefix || records.sourced_id as key,
        case records.format
            when 'oneRoster11'
                then to_json({
                        'sourcedId': records.id_prefix || records.sourced_id,
                        'status': '',
                        'dateLastModified': '',
                        'classSourcedId': records.id_prefix || records.class_sourced_id,
                        'schoolSourcedId': records.id_prefix || records.school_sourced_id,
                        'userSourcedId': records.id_prefix || records.user_sourced_id,
                        'role': coalesce(ref_section_role.written_as, records.role),
                        'primary': cast(records.is_primary as varchar),
                        'beginDate': cast(records.begin_date as varchar),
                        'endDate': cast(records.end_date as varchar)
                    })
            when 'oneRoster12'
                then to_json({
                        'sourcedId': records.id_prefix || records.sourced_id,
                        'status': '',
                        'dateLastModified': '',
                        'classSourcedId': records.id_prefix || records.class_sourced_id,
                        'schoolSourcedId': records.id_prefix || records.school_sourced_id,
                        'userSourcedId': records.id_prefix || records.user_sourced_id,
                        'role': coalesce(ref_section_role.written_as, records.role),
                        'primary': cast(records.is_primary as varchar),
                        'beginDate': cast(records.begin_date as varchar),
                        'endDate': cast(records.end_date as varchar)
                    })
        end as contents
    from records
    left join outbound_code as ref_section_role
        on
            records.format = ref_section_role.format
            and records.role = ref_section_role.code
            and ref_section_role.reference_type = 'RefSectionRole'
    where
        records.format in ('oneRoster11', 'oneRoster12')
        and {{ is_format_asked_for(['oneRoster11', 'oneRoster12']) }}
    union all
    select * from school_data_sync_v21
)

select * from final
