{%- set earlier_activity = earlier('runs', 'run_activity') -%}

-- depends_on: {{ ref('run') }}
with drop_versions as (
    select distinct
        inbound_flow_id,
        oneroster_version
    from {{ ref('inbound_file') }}
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

final as (
    select
        drop_versions.inbound_flow_id,
        'users.csv' as file_name,
        cast(null as bigint) as line_number,
        cast(null as varchar) as column_name,
        drop_versions.oneroster_version as value,
        'same_version' as rule,
        'catastrophic' as severity,
        'the drop is OneRoster ' || drop_versions.oneroster_version || ', but this flow has been '
        || max_by(earlier_activities.oneroster_version, earlier_activities.run_at)
        || ' so far. All role ids would change: configure a new inbound flow for the new version.' as problem
    from drop_versions
    inner join earlier_activities
        on drop_versions.inbound_flow_id = earlier_activities.inbound_flow_id
    group by drop_versions.inbound_flow_id, drop_versions.oneroster_version
    having drop_versions.oneroster_version <> max_by(earlier_activities.oneroster_version, earlier_activities.run_at)
)

select * from final
