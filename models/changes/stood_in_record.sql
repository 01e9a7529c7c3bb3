with current_run as (
    select *
    from {{ ref('run') }}
    where status = 'running'
),

processed_files as (
    select distinct
        accepted_files.inbound_flow_id,
        accepted_files.file_name,
        accepted_files.oneroster_version
    from {{ ref('accepted_file') }} as accepted_files
    where
        accepted_files.inbound_flow_id not in (
            select held_drops.inbound_flow_id from {{ ref('held_drop') }} as held_drops
        )
),

earlier_records as (
    {{ records_stood_in_for() }}
),

last_deliveries as (
    select
        inbound_flow_id,
        file_name,
        max(run_at) as run_at
    from (
        select
            inbound_flow_id,
            unnest(processed_files || case when oneroster_version = '1.1' then ['roles.csv'] else [] end) as file_name,
            run_at
        from {{ ref('earlier_activity') }}
    ) as deliveries
    group by inbound_flow_id, file_name
),

stood_in as (
    {% for file in delivered_files() %}
    select
        inbound_flow_id,
        '{{ file }}' as file_name,
        sourced_id
    from {{ ref('changes_' ~ model_name(file)) }}
    where change = 'stood_in'
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

renewed as (
    select
        stood_in.inbound_flow_id,
        stood_in.file_name,
        stood_in.sourced_id,
        coalesce(earlier_records.last_staged_at, last_deliveries.run_at) as last_staged_at
    from stood_in
    inner join processed_files
        on
            stood_in.inbound_flow_id = processed_files.inbound_flow_id
            and processed_files.file_name
            = case
                when stood_in.file_name = 'roles.csv' and processed_files.oneroster_version = '1.1' then 'users.csv'
                else stood_in.file_name
            end
    left join earlier_records
        on
            stood_in.inbound_flow_id = earlier_records.inbound_flow_id
            and stood_in.file_name = earlier_records.file_name
            and stood_in.sourced_id = earlier_records.sourced_id
    left join last_deliveries
        on
            stood_in.inbound_flow_id = last_deliveries.inbound_flow_id
            and stood_in.file_name = last_deliveries.file_name
),

-- what this run says nothing about stays as it was
unspoken_of as (
    select
        earlier_records.inbound_flow_id,
        earlier_records.file_name,
        earlier_records.sourced_id,
        earlier_records.last_staged_at
    from earlier_records
    anti join processed_files
        on
            earlier_records.inbound_flow_id = processed_files.inbound_flow_id
            and (
                earlier_records.file_name = processed_files.file_name
                or (
                    earlier_records.file_name = 'roles.csv'
                    and processed_files.file_name = 'users.csv'
                    and processed_files.oneroster_version = '1.1'
                )
            )
),

-- what the last whole run said is kept beside it, in case this one does not come to its end
final as (
    select
        current_run.run_id,
        records.*
    from (
        select * from renewed
        union all
        select * from unspoken_of
    ) as records
    cross join current_run
    union all
    select * from earlier_records
)

select * from final
