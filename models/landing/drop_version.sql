with inbound_drops as (
    select * from {{ ref('inbound_drop') }}
),

inbound_files as (
    select * from {{ ref('inbound_file') }}
),

header_columns as (
    select * from {{ ref('header_column') }}
),

user_headers as (
    select
        inbound_flow_id,
        bool_or(column_name = 'role') and bool_or(column_name = 'orgSourcedIds') as has_role_and_organizations
    from header_columns
    where file_name = 'users.csv'
    group by inbound_flow_id
),

delivered as (
    select
        inbound_flow_id,
        bool_or(file_name = 'roles.csv') as has_roles_file
    from inbound_files
    group by inbound_flow_id
),

final as (
    select
        inbound_drops.inbound_flow_id,
        inbound_drops.drop_id,
        case
            when user_headers.has_role_and_organizations then '1.1'
            when delivered.has_roles_file then '1.2'
        end as oneroster_version
    from inbound_drops
    left join user_headers on inbound_drops.inbound_flow_id = user_headers.inbound_flow_id
    left join delivered on inbound_drops.inbound_flow_id = delivered.inbound_flow_id
    where inbound_drops.is_due
)

select * from final
