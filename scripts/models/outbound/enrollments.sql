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
