with inbound_drops as (
    select *
    from {{ ref('inbound_drop') }}
    where is_due
),

read_files as (
    select * from {{ ref('inbound_file') }}
    where is_read
),

active_files as (
    {% for file in oneroster_files() %}
    select distinct
        inbound_flow_id,
        '{{ file }}' as file_name
    from ({{ held_by_history(file) }})
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        read_files.inbound_flow_id,
        read_files.drop_id,
        read_files.file_name,
        cast(null as bigint) as line_number,
        cast(null as varchar) as column_name,
        cast(null as varchar) as value,
        'records_present' as rule,
        'catastrophic' as severity,
        'the file holds no records, '
        || case
            when active_files.file_name is not null
                then 'and using it would end everything that history holds of it. '
            else 'and every drop needs some. '
        end
        || 'The drop is held. Export it again, or, when this is meant, let it through with '
        || '--vars ''{approved_drops: ["' || read_files.inbound_flow_id || '/' || read_files.drop_id || '"]}''.'
            as problem
    from read_files
    inner join inbound_drops
        on read_files.inbound_flow_id = inbound_drops.inbound_flow_id and not inbound_drops.is_approved
    left join active_files
        on read_files.inbound_flow_id = active_files.inbound_flow_id and read_files.file_name = active_files.file_name
    where
        read_files.data_lines = 0
        -- of a delta it says that nothing changed
        and read_files.delivered_as = 'bulk'
        and read_files.header_line_number is not null
        and (
            active_files.file_name is not null
            or read_files.file_name in (
                'orgs.csv', 'users.csv', 'roles.csv', 'classes.csv', 'enrollments.csv'
            )
            or (read_files.file_name = 'courses.csv' and read_files.oneroster_version <> 'schoolDataSyncV21')
        )
)

select * from final
