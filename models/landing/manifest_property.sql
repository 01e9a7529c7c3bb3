{%- set inbound_files = ref('inbound_file') -%}
{%- set manifests = [] -%}
{%- if flags.WHICH in ('build', 'run') and load_relation(inbound_files) is not none -%}
    {%- set manifests = run_query(
        "select inbound_flow_id, drop_id, path from " ~ inbound_files
        ~ " where file_name = 'manifest.csv' and not has_nul order by inbound_flow_id"
    ).rows -%}
{%- endif %}

with lines as (
    {% for manifest in manifests %}
    select
        '{{ manifest.inbound_flow_id }}' as inbound_flow_id,
        '{{ manifest.drop_id }}' as drop_id,
        line_number,
        line
    from ({{ csv_lines(manifest.path) }})
    {{ 'union all' if not loop.last }}
    {% else %}
    select
        cast(null as varchar) as inbound_flow_id,
        cast(null as varchar) as drop_id,
        cast(null as bigint) as line_number,
        cast(null as varchar) as line
    where false
    {% endfor %}
),

properties as (
    select
        inbound_flow_id,
        drop_id,
        line_number,
        {{ trimmed(csv_cells('line') ~ '[1]') }} as property_name,
        {{ trimmed(csv_cells('line') ~ '[2]') }} as property_value
    from lines
    where {{ is_complete_line('line') }}
),

-- the last line counts where a property comes twice
final as (
    select
        inbound_flow_id,
        drop_id,
        property_name,
        arg_max(property_value, line_number) as property_value,
        max(line_number) as line_number
    from properties
    where property_name <> 'propertyName'
    group by inbound_flow_id, drop_id, property_name
)

select * from final
