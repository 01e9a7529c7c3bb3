{%- set inbound_files = ref('inbound_file') -%}
{%- set paths = [] -%}
{%- if flags.WHICH in ('build', 'run') and load_relation(inbound_files) is not none -%}
    {%- set paths = run_query(
        "select path from " ~ inbound_files ~ " where is_read and delivered_as = 'delta' order by path"
    ).columns[0].values() | list -%}
{%- endif %}
with inbound_files as (
    select * from {{ inbound_files }}
    where is_read
),

deltas as (
    select * from inbound_files
    where delivered_as = 'delta'
),

header_columns as (
    select * from {{ ref('header_column') }}
),

earlier_activities as (
    select * from {{ ref('earlier_activity') }}
),

-- where the columns stand that say what changed, and when
positions as (
    select
        inbound_flow_id,
        drop_id,
        file_name,
        max(position) filter (where column_name = 'status') as status,
        max(position) filter (where column_name = 'dateLastModified') as date_last_modified
    from header_columns
    group by inbound_flow_id, drop_id, file_name
),

lines as (
    {% if paths %}
    select
        filename as path,
        {{ csv_cells('line') }} as cells
    from {{ raw_lines(paths, 'ignore_errors = true, filename = true') }}
    where {{ is_complete_line('line') }}
    {% else %}
    select
        null as path,
        cast([] as varchar[]) as cells
    where false
    {% endif %}
),

told_files as (
    select distinct deltas.path
    from deltas
    inner join positions
        on
            deltas.inbound_flow_id = positions.inbound_flow_id
            and deltas.drop_id = positions.drop_id
            and deltas.file_name = positions.file_name
    inner join lines on deltas.path = lines.path
    where
        {{ trimmed('lines.cells[positions.date_last_modified]') }} is not null
        and lower({{ trimmed('lines.cells[positions.status]') }}) <> 'status'
),

faults as (
    select
        deltas.inbound_flow_id,
        deltas.drop_id,
        deltas.file_name,
        'bulk_before_delta' as rule,
        'the manifest announces the file as a delta, and no complete export of this flow has been used yet that it '
        || 'could change. Send a complete, bulk export first.' as problem
    from deltas
    where
        deltas.inbound_flow_id not in (select earlier_activities.inbound_flow_id from earlier_activities)
        and (deltas.inbound_flow_id, deltas.file_name) not in (
            select
                inbound_files.inbound_flow_id,
                inbound_files.file_name
            from inbound_files
            where inbound_files.delivered_as = 'bulk'
        )
    union all
    select
        deltas.inbound_flow_id,
        deltas.drop_id,
        deltas.file_name,
        'changes_told' as rule,
        'the manifest announces the file as a delta, but no line of it has a status and a dateLastModified, so that it '
        || 'is a complete export by another name. Have it announced as bulk, or have the columns filled.' as problem
    from deltas
    anti join told_files on deltas.path = told_files.path
    where deltas.data_lines > 0
),

final as (
    select
        inbound_flow_id,
        drop_id,
        min(file_name) as file_name,
        cast(null as bigint) as line_number,
        cast(null as varchar) as column_name,
        cast(null as varchar) as value,
        rule,
        'catastrophic' as severity,
        problem
        || case when count(*) > 1 then ' So have ' || count(*) - 1 || ' more files of the drop.' else '' end as problem
    from faults
    group by inbound_flow_id, drop_id, rule, problem
)

select * from final
