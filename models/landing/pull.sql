{%- set inbound_files = ref('inbound_file') -%}
{#- What a pull tells of itself lies beside its raw pages; a drop that was landed by hand has none. -#}
{%- set told = [] -%}
{%- if flags.WHICH in ('build', 'run') and load_relation(inbound_files) is not none -%}
    {%- set told = run_query(
        "select distinct files.inbound_flow_id, files.drop_id, told.file from glob('" ~ landing_zone() ~ "/*/*/raw/pull.json') as told"
        ~ " inner join " ~ inbound_files ~ " as files on files.inbound_flow_id = parse_path(told.file)[-4]"
        ~ " and files.drop_id = parse_path(told.file)[-3] order by all"
    ).rows -%}
{%- endif %}

with told as (
    {% for pull in told %}
    select
        '{{ pull.inbound_flow_id }}' as inbound_flow_id,
        '{{ pull.drop_id }}' as drop_id,
        try_cast(content as json) as content
    from read_text('{{ pull.file | replace("'", "''") }}')
    {{ 'union all' if not loop.last }}
    {% else %}
    select
        cast(null as varchar) as inbound_flow_id,
        cast(null as varchar) as drop_id,
        cast(null as json) as content
    where false
    {% endfor %}
),

final as (
    select
        inbound_flow_id,
        drop_id,
        content ->> '$.data_connector_id' as data_connector_id,
        content ->> '$.mode' as mode,
        try_cast(content ->> '$.changed_since' as timestamptz) at time zone 'UTC' as changed_since,
        try_cast(content ->> '$.started_at' as timestamptz) at time zone 'UTC' as started_at,
        try_cast(content ->> '$.finished_at' as timestamptz) at time zone 'UTC' as finished_at,
        try_cast(content ->> '$.requests' as bigint) as requests,
        try_cast(content ->> '$.retries' as bigint) as retries,
        try_cast(content ->> '$.pages' as bigint) as pages,
        try_cast(content ->> '$.records' as bigint) as records,
        try_cast(content ->> '$.seconds' as double) as seconds,
        try_cast(
            content -> '$.findings' as struct(file_name varchar, column_name varchar, problem varchar)[]
        ) as findings
    from told
    where content is not null
)

select * from final
