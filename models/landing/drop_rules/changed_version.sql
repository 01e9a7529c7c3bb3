with drop_versions as (
    select distinct
        inbound_flow_id,
        oneroster_version
    from {{ ref('inbound_file') }}
),

earlier_activities as (
    select * from {{ ref('earlier_activity') }}
),

final as (
    select
        drop_versions.inbound_flow_id,
        cast(null as varchar) as drop_id,
        'users.csv' as file_name,
        cast(null as bigint) as line_number,
        cast(null as varchar) as column_name,
        drop_versions.oneroster_version as value,
        'same_version' as rule,
        'catastrophic' as severity,
        'the drop is ' || {{ format_in_words('drop_versions.oneroster_version') }} || ', but this flow has been '
        || {{ format_in_words('max_by(earlier_activities.oneroster_version, earlier_activities.run_at)') }}
        || ' so far. All role ids would change: configure a new inbound flow for the new version.' as problem
    from drop_versions
    inner join earlier_activities
        on drop_versions.inbound_flow_id = earlier_activities.inbound_flow_id
    group by drop_versions.inbound_flow_id, drop_versions.oneroster_version
    having drop_versions.oneroster_version <> max_by(earlier_activities.oneroster_version, earlier_activities.run_at)
)

select * from final
