with inbound_drops as (
    select * from {{ ref('inbound_drop') }}
),

inbound_flows as (
    select * from {{ ref('inbound_flow') }}
),

inbound_files as (
    select * from {{ ref('inbound_file') }}
),

landed_files as (
    select * from {{ ref('landed_file') }}
),

unopened_files as (
    select * from {{ ref('unopened_file') }}
),

directory_drops as (
    select * from {{ ref('directory_drop') }}
),

manifest_properties as (
    select * from {{ ref('manifest_property') }}
),

runs as (
    select * from {{ ref('run') }}
),

stale_flows as (
    select
        inbound_drops.inbound_flow_id,
        cast(null as varchar) as file_name,
        cast(null as bigint) as line_number,
        cast(null as varchar) as column_name,
        cast(null as varchar) as value,
        'stale' as rule,
        'warning' as severity,
        regexp_replace(
            case
                when inbound_drops.newest_landed_at is null then 'no drop of the flow lies in the landing zone'
                when not inbound_drops.has_landed then 'no drop with data has ever landed for the flow'
                else 'the newest drop of the flow arrived on '
                    || strftime(inbound_drops.newest_landed_at, '%Y-%m-%d %H:%M') || ' UTC, '
                    || date_sub('day', inbound_drops.newest_landed_at, runs.run_at) || ' days before this run'
            end
            || '; one is expected every ' || inbound_flows.expected_every_days
            || ' days (expected_every_days of the flow). '
            || 'What history holds of it stays. See whether the export still runs and reaches the landing zone.',
            '\b1 days', '1 day', 'g'
        ) as problem
    from inbound_drops
    inner join inbound_flows on inbound_drops.inbound_flow_id = inbound_flows.inbound_flow_id
    inner join runs on runs.status = 'running'
    where
        inbound_drops.is_expected
        and (
            not inbound_drops.has_landed
            or inbound_drops.newest_landed_at is null
            or inbound_drops.newest_landed_at + to_days(inbound_flows.expected_every_days) < runs.run_at
        )
),

closed_files as (
    select
        unopened_files.folder as inbound_flow_id,
        case unopened_files.folder when 'directory' then 'directory/' else '' end
        || unopened_files.file_name as file_name,
        null as line_number,
        null as column_name,
        null as value,
        'file_opens' as rule,
        'catastrophic' as severity,
        case when unopened_files.file_name is null then 'the folder of the drop' else 'the file' end
        || ' cannot be opened (' || unopened_files.reason
        || '), so the drop is refused. See that it is an ordinary file that '
        || 'whoever runs this may read, then run again.' as problem
    from unopened_files
    inner join runs
        on runs.status = 'running' and try_strptime(unopened_files.drop_id, '%Y%m%dT%H%M%SZ') <= runs.run_at
    left join inbound_drops
        on
            unopened_files.folder = inbound_drops.inbound_flow_id
            and unopened_files.drop_id = inbound_drops.drop_id
            and inbound_drops.is_due
    left join directory_drops on unopened_files.folder = directory_drops.inbound_flow_id
    where
        (
            inbound_drops.inbound_flow_id is not null
            or (unopened_files.folder = 'directory' and unopened_files.drop_id >= coalesce(directory_drops.drop_id, ''))
        )
        and (
            unopened_files.file_name is null
            or list_contains(
                {{ sql_list(['manifest.csv'] + delivered_files()) }},
                case unopened_files.folder when 'directory' then 'directory/' else '' end || unopened_files.file_name
            )
        )
),

drops_of_a_manifest as (
    select inbound_drops.inbound_flow_id
    from inbound_drops
    left join inbound_files on inbound_drops.inbound_flow_id = inbound_files.inbound_flow_id
    where inbound_drops.is_due
    group by inbound_drops.inbound_flow_id
    having bool_and(coalesce(inbound_files.file_name, 'manifest.csv') = 'manifest.csv')
),

incomplete_drops as (
    select
        drops_of_a_manifest.inbound_flow_id,
        'manifest.csv' as file_name,
        min(announced.line_number) as line_number,
        null as column_name,
        null as value,
        'whole_drop' as rule,
        'catastrophic' as severity,
        'the manifest announces '
        || coalesce(
            string_agg(substr(announced.property_name, 6) || '.csv', ', ' order by announced.line_number), 'no file'
        )
        || ', and nothing but the manifest is there. Export the whole set again.' as problem
    from drops_of_a_manifest
    left join manifest_properties as announced
        on
            drops_of_a_manifest.inbound_flow_id = announced.inbound_flow_id
            and starts_with(announced.property_name, 'file.')
            and lower(announced.property_value) <> 'absent'
    where drops_of_a_manifest.inbound_flow_id not in (select closed_files.inbound_flow_id from closed_files)
    group by drops_of_a_manifest.inbound_flow_id
),

unknown_folders as (
    select distinct
        landed_files.folder as inbound_flow_id,
        null as file_name,
        null as line_number,
        null as column_name,
        null as value,
        'known_flow' as rule,
        'warning' as severity,
        'the folder ' || landed_files.folder || ' of the landing zone is no configured inbound flow, so nothing in it '
        || 'is read. Add the flow to the seeds, or take the folder out.' as problem
    from landed_files
    inner join runs on runs.status = 'running' and landed_files.landed_at <= runs.run_at
    left join inbound_flows on landed_files.folder = inbound_flows.inbound_flow_id
    where inbound_flows.inbound_flow_id is null and landed_files.folder <> 'directory'
),

final as (
    select * from stale_flows
    union all
    select * from closed_files
    union all
    select * from incomplete_drops
    union all
    select * from unknown_folders
)

select * from final
