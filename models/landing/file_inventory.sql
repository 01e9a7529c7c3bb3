with inbound_files as (
    select * from {{ ref('inbound_file') }}
),

processed_files as (
    select accepted_files.*
    from {{ ref('accepted_file') }} as accepted_files
    where
        accepted_files.inbound_flow_id not in (
            select held_drops.inbound_flow_id from {{ ref('held_drop') }} as held_drops
        )
),

line_counts as (
    {% for file in delivered_files() %}
    select
        inbound_flow_id,
        drop_id,
        '{{ file }}' as file_name,
        count(*) as lines
    from {{ ref('landing_' ~ model_name(file)) }}
    group by inbound_flow_id, drop_id
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- of drops that are laid over each other, the one that names a record last brought it
last_lines as (
    {% for file in delivered_files() %}
    select
        inbound_flow_id,
        '{{ file }}' as file_name,
        "{{ key_column(file) }}" as sourced_id,
        arg_max(drop_id, line_number) as drop_id
    from {{ ref('landing_' ~ model_name(file)) }}
    where inbound_flow_id in ({{ flows_with_deltas() }})
    group by inbound_flow_id, "{{ key_column(file) }}"
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- counted in staging itself, not derived: the conservation test compares two independent counts
staged as (
    {% for file in delivered_files() %}
    select
        inbound_flow_id,
        null as drop_id,
        '{{ file }}' as file_name,
        count(*) as records
    from {{ ref('stg_' ~ model_name(file)) }}
    where inbound_flow_id not in ({{ flows_with_deltas() }})
    group by inbound_flow_id
    union all
    select
        records.inbound_flow_id,
        last_lines.drop_id,
        '{{ file }}' as file_name,
        count(*) as records
    from {{ ref('stg_' ~ model_name(file)) }} as records
    inner join last_lines
        on
            records.inbound_flow_id = last_lines.inbound_flow_id
            and last_lines.file_name = '{{ file }}'
            and records.sourced_id = last_lines.sourced_id
    group by records.inbound_flow_id, last_lines.drop_id
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

judged as (
    {% for file in delivered_files() %}
    select
        inbound_flow_id,
        drop_id,
        '{{ file }}' as file_name,
        count(*) filter (where disposition = 'rejected') as rejected_records,
        count(*) filter (where disposition = 'unreadable') as unreadable_lines,
        count(*) filter (where disposition in ('collapsed', 'overtaken')) as collapsed_copies,
        count(*) filter (where disposition = 'withdrawn') as withdrawn_records
    from {{ ref('validation_' ~ model_name(file)) }}
    group by inbound_flow_id, drop_id
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        inbound_files.inbound_flow_id,
        inbound_files.drop_id,
        string_split(inbound_files.file_name, '/')[-1] as file_name,
        inbound_files.delivered_as,
        processed_files.file_name is not null as is_processed,
        case when is_processed then coalesce(line_counts.lines, 0) end as received_records,
        case when is_processed then coalesce(staged.records, 0) end as staged_records,
        case when is_processed then coalesce(judged.rejected_records, 0) end as rejected_records,
        case when is_processed then coalesce(judged.unreadable_lines, 0) end as unreadable_lines,
        case when is_processed then coalesce(judged.collapsed_copies, 0) end as collapsed_copies,
        case when is_processed then coalesce(judged.withdrawn_records, 0) end as withdrawn_records
    from inbound_files
    left join processed_files
        on
            inbound_files.inbound_flow_id = processed_files.inbound_flow_id
            and inbound_files.drop_id = processed_files.drop_id
            and inbound_files.file_name = processed_files.file_name
    left join line_counts
        on
            inbound_files.inbound_flow_id = line_counts.inbound_flow_id
            and inbound_files.drop_id = line_counts.drop_id
            and inbound_files.file_name = line_counts.file_name
    left join staged
        on
            inbound_files.inbound_flow_id = staged.inbound_flow_id
            and inbound_files.drop_id = coalesce(staged.drop_id, inbound_files.drop_id)
            and inbound_files.file_name = staged.file_name
    left join judged
        on
            inbound_files.inbound_flow_id = judged.inbound_flow_id
            and inbound_files.drop_id = judged.drop_id
            and inbound_files.file_name = judged.file_name
)

select * from final
