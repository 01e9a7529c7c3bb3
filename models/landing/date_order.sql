-- depends_on: {{ ref('oneroster_column') }}
{% for file in oneroster_files() -%}
-- depends_on: {{ ref('landing_' ~ model_name(file)) }}
{% endfor -%}
{#- Which columns hold dates stands in the catalogue. -#}
{%- set columns = run_query(
    "select file_name, column_name from " ~ ref('oneroster_column') ~ " where kind in ('date', 'end_date') order by all"
).rows if execute and load_relation(ref('oneroster_column')) is not none else [] -%}
with dates as (
    {% for file in oneroster_files() %}
    {%- for column in columns if column.file_name == file %}
    select
        inbound_flow_id,
        '{{ file }}' as file_name,
        "{{ column.column_name }}" as date
    from {{ ref('landing_' ~ model_name(file)) }}
    -- most are written as they should be, which is cheap to see
    where "{{ column.column_name }}" not like '____-__-__'
    union all
    {% endfor %}
    {%- endfor %}
    select
        null as inbound_flow_id,
        null as file_name,
        null as date
    where false
),

parts as (
    select
        inbound_flow_id,
        file_name,
        cast(regexp_extract(date, '^(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}', 1) as integer) as first_part,
        cast(regexp_extract(date, '^(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}', 2) as integer) as second_part
    from dates
    where regexp_matches(date, '^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}')
),

-- a part over 12 is no month
final as (
    select
        inbound_flow_id,
        file_name,
        case when max(first_part) > 12 then 'day first' else 'month first' end as date_order
    from parts
    group by inbound_flow_id, file_name
    having (max(first_part) > 12) <> (max(second_part) > 12)
)

select * from final
