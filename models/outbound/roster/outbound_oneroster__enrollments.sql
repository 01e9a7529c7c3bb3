-- Written by `make models` from seeds/catalogue, which is the place to change it.
with selected_flow as (
    select * from {{ ref('selected_flow') }}
    where kind = 'roster'
),

outbound_code as (
    select * from {{ ref('outbound_code') }}
),

open_enrollments as (
    select * from {{ ref('history_oneroster__enrollments') }}
    where dbt_valid_to is null
),

selected_enrollment as (
    select * from {{ ref('selected_enrollment') }}
),

selected_section as (
    select * from {{ ref('selected_section') }}
),

chosen_organization as (
    select * from {{ ref('chosen_organization') }}
),

records as (
    select
        selected_flow.outbound_flow_id,
        selected_flow.format,
        selected_flow.id_prefix,
        open_enrollments.* replace (
            -- an id that was made up here has bars in it, which the standard does not know
            if(
                contains(open_enrollments.sourced_id, '|')
                and starts_with(open_enrollments.sourced_id, open_enrollments.class_sourced_id),
                md5(open_enrollments.sourced_id),
                open_enrollments.sourced_id
            ) as sourced_id,
            coalesce(chosen_organization.sourced_id, selected_section.school_sourced_id) as school_sourced_id
        ),
        concat_ws(
            '|', open_enrollments.class_sourced_id, open_enrollments.user_sourced_id, open_enrollments.role
        ) as natural_id
    from selected_flow
    inner join selected_enrollment
        on
            selected_flow.outbound_flow_id = selected_enrollment.outbound_flow_id
            and selected_flow.inbound_flow_id = selected_enrollment.inbound_flow_id
    inner join open_enrollments
        on
            selected_enrollment.inbound_flow_id = open_enrollments.inbound_flow_id
            and selected_enrollment.sourced_id = open_enrollments.sourced_id
    inner join selected_section
        on
            selected_enrollment.outbound_flow_id = selected_section.outbound_flow_id
            and selected_enrollment.section_id = selected_section.section_id
    left join chosen_organization
        on
            selected_enrollment.outbound_flow_id = chosen_organization.outbound_flow_id
            and selected_enrollment.inbound_flow_id = chosen_organization.inbound_flow_id
            and open_enrollments.school_sourced_id = chosen_organization.sourced_id
),

one_roster11 as (
    select
        records.outbound_flow_id,
        records.id_prefix || records.sourced_id as key,
        to_json({
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
        }) as contents
    from records
    left join outbound_code as ref_section_role
        on
            records.format = ref_section_role.format
            and records.role = ref_section_role.code
            and ref_section_role.reference_type = 'RefSectionRole'
    where records.format = 'oneRoster11'
),

one_roster12 as (
    select
        records.outbound_flow_id,
        records.id_prefix || records.sourced_id as key,
        to_json({
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
        }) as contents
    from records
    left join outbound_code as ref_section_role
        on
            records.format = ref_section_role.format
            and records.role = ref_section_role.code
            and ref_section_role.reference_type = 'RefSectionRole'
    where records.format = 'oneRoster12'
),

school_data_sync_v21 as (
    -- without ids of their own, two that say the same are one
    select distinct on (records.outbound_flow_id, key)
        records.outbound_flow_id,
        records.id_prefix || records.natural_id as key,
        to_json({
            'classSourcedId': records.id_prefix || records.class_sourced_id,
            'userSourcedId': records.id_prefix || records.user_sourced_id,
            'role': coalesce(ref_section_role.written_as, records.role)
        }) as contents
    from records
    left join outbound_code as ref_section_role
        on
            records.format = ref_section_role.format
            and records.role = ref_section_role.code
            and ref_section_role.reference_type = 'RefSectionRole'
    where records.format = 'schoolDataSyncV21'
    order by records.outbound_flow_id, key, records.sourced_id
),

final as (
    select
        outbound_flow_id,
        'enrollments' as kind,
        key,
        contents
    from one_roster11
    union all
    select
        outbound_flow_id,
        'enrollments' as kind,
        key,
        contents
    from one_roster12
    union all
    select
        outbound_flow_id,
        'enrollments' as kind,
        key,
        contents
    from school_data_sync_v21
)

select * from final
