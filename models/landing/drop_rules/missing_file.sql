-- depends_on: {{ ref('header_column') }}
{%- set inbound_files = ref('inbound_file') -%}
{#- Which flows deliver classes without sessions: only then does it matter whether a class names a term. -#}
{%- set unaccompanied_classes = [] -%}
{%- if flags.WHICH in ('build', 'run') and load_relation(inbound_files) is not none -%}
    {%- set unaccompanied_classes = run_query(
        "select * from " ~ inbound_files ~ " as classes where is_read and file_name = 'classes.csv' and header_cells > 0"
        ~ " and not exists (select 1 from " ~ inbound_files ~ " as sessions where sessions.is_read and sessions.inbound_flow_id"
        ~ " = classes.inbound_flow_id and sessions.file_name = 'academicSessions.csv')"
    ).rows -%}
{%- endif %}
with inbound_drops as (
    select *
    from {{ ref('inbound_drop') }}
    where is_due
),

inbound_files as (
    select * from {{ ref('inbound_file') }}
),

classes_naming_terms as (
    {% for classes in unaccompanied_classes %}
    select distinct inbound_flow_id
    from ({{ file_records(classes, ['sourcedId', 'termSourcedIds']) }})
    where "termSourcedIds" is not null
    {{ 'union all' if not loop.last }}
    {% else %}
    select cast(null as varchar) as inbound_flow_id
    where false
    {% endfor %}
),

needed_files as (
    select
        inbound_flow_id,
        unnest(['orgs.csv', 'users.csv']) as file_name,
        'every drop needs it' as reason
    from inbound_drops
    union all
    select
        inbound_flow_id,
        case file_name when 'classes.csv' then 'enrollments.csv' else 'classes.csv' end as file_name,
        'classes.csv and enrollments.csv come together or not at all' as reason
    from inbound_files
    where file_name in ('classes.csv', 'enrollments.csv')
    union all
    select
        inbound_flow_id,
        'courses.csv' as file_name,
        'every class in classes.csv names a course' as reason
    from inbound_files
    where file_name = 'classes.csv'
    union all
    select
        inbound_flow_id,
        'academicSessions.csv' as file_name,
        'classes in classes.csv name terms' as reason
    from classes_naming_terms
),

final as (
    select
        needed_files.inbound_flow_id,
        needed_files.file_name,
        cast(null as bigint) as line_number,
        cast(null as varchar) as column_name,
        cast(null as varchar) as value,
        'required_file' as rule,
        'catastrophic' as severity,
        'the file is missing, and ' || min(needed_files.reason)
        || '. Export the whole set again with this file in it.' as problem
    from needed_files
    left join inbound_files
        on
            needed_files.inbound_flow_id = inbound_files.inbound_flow_id
            and needed_files.file_name = inbound_files.file_name
    where inbound_files.file_name is null
    group by needed_files.inbound_flow_id, needed_files.file_name
)

select * from final
