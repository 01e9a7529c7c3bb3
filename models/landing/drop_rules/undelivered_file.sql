{%- set earlier_activity = earlier('runs', 'run_activity') -%}

-- depends_on: {{ ref('run') }}
with inbound_drops as (
    select *
    from {{ ref('inbound_drop') }}
    where is_due
),

inbound_files as (
    select * from {{ ref('inbound_file') }}
),

earlier_activities as (
    {% if earlier_activity is not none %}
    select
        activities.inbound_flow_id,
        activities.oneroster_version,
        activities.processed_files,
        runs.run_at
    from {{ earlier_activity }} as activities
    inner join {{ ref('run') }} as runs on activities.run_id = runs.run_id
    where starts_with(activities.status, 'completed') and starts_with(runs.status, 'completed')
    {% else %}
    select
        cast(null as varchar) as inbound_flow_id,
        cast(null as varchar) as oneroster_version,
        cast(null as varchar[]) as processed_files,
        cast(null as timestamp) as run_at
    where false
    {% endif %}
),

missing_files as (
    select * from {{ ref('missing_file') }}
),

files_delivered_before as (
    select distinct
        inbound_flow_id,
        unnest(processed_files) as file_name
    from earlier_activities
),

final as (
    select
        inbound_drops.inbound_flow_id,
        files_delivered_before.file_name,
        cast(null as bigint) as line_number,
        cast(null as varchar) as column_name,
        cast(null as varchar) as value,
        'delivered_again' as rule,
        'notice' as severity,
        'the file was delivered before and is missing now. Its records stay as they are. Send the same files every '
        || 'time.' as problem
    from inbound_drops
    inner join files_delivered_before
        on inbound_drops.inbound_flow_id = files_delivered_before.inbound_flow_id
    left join inbound_files
        on
            inbound_drops.inbound_flow_id = inbound_files.inbound_flow_id
            and files_delivered_before.file_name = inbound_files.file_name
    left join missing_files
        on
            inbound_drops.inbound_flow_id = missing_files.inbound_flow_id
            and files_delivered_before.file_name = missing_files.file_name
    where
        inbound_files.file_name is null
        and missing_files.file_name is null
)

select * from final
