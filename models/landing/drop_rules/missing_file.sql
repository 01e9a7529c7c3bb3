-- depends_on: {{ ref('header_column') }}
{%- set inbound_files = ref('inbound_file') -%}
{#- Which flows deliver a file without another that it may refer to: only then does it matter whether it does. -#}
{%- set unaccompanied_files = [] -%}
{%- if flags.WHICH in ('build', 'run') and load_relation(inbound_files) is not none -%}
    {%- set unaccompanied_files = run_query(
        "select files.*, named.* exclude (file_name) from " ~ inbound_files ~ " as files inner join (values"
        ~ " ('classes.csv', 'termSourcedIds', 'academicSessions.csv', 'classes in classes.csv name terms', true),"
        ~ " ('roles.csv', 'sessionSourcedId', 'academicSessions.csv', 'roles in roles.csv name sessions', false),"
        ~ " ('courses.csv', 'schoolYearSourcedId', 'academicSessions.csv', 'courses in courses.csv name sessions', false),"
        ~ " ('classes.csv', 'courseSourcedId', 'courses.csv', 'classes in classes.csv name courses', false)"
        ~ ") as named (file_name, naming_column, needed_file, reason, is_needed_in_oneroster) on files.file_name = named.file_name"
        ~ " where files.is_read and files.header_cells > 0"
        ~ " and (named.is_needed_in_oneroster or files.oneroster_version = 'schoolDataSyncV21')"
        ~ " and not exists (select 1 from " ~ inbound_files ~ " as others where others.is_read"
        ~ " and others.inbound_flow_id = files.inbound_flow_id and others.file_name = named.needed_file)"
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

files_that_name_others as (
    {% for file in unaccompanied_files %}
    select distinct
        inbound_flow_id,
        '{{ file.needed_file }}' as file_name,
        '{{ file.reason }}' as reason
    from ({{ file_records(file, ['sourcedId', file.naming_column]) }})
    where "{{ file.naming_column }}" is not null
    {{ 'union all' if not loop.last }}
    {% else %}
    select
        cast(null as varchar) as inbound_flow_id,
        cast(null as varchar) as file_name,
        cast(null as varchar) as reason
    where false
    {% endfor %}
),

drop_versions as (
    select distinct
        inbound_flow_id,
        oneroster_version
    from inbound_files
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
        'roles.csv' as file_name,
        'every drop needs it' as reason
    from drop_versions
    where oneroster_version = 'schoolDataSyncV21'
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
    where file_name = 'classes.csv' and oneroster_version is distinct from 'schoolDataSyncV21'
    union all
    select
        inbound_flow_id,
        file_name,
        reason
    from files_that_name_others
),

final as (
    select
        needed_files.inbound_flow_id,
        cast(null as varchar) as drop_id,
        needed_files.file_name,
        cast(null as bigint) as line_number,
        cast(null as varchar) as column_name,
        cast(null as varchar) as value,
        'required_file' as rule,
        'catastrophic' as severity,
        'the file is missing, and ' || min(needed_files.reason)
        || '. Export the whole set again with this file in it.' as problem
    from needed_files
    -- a delta brings what changed
    inner join inbound_drops
        on needed_files.inbound_flow_id = inbound_drops.inbound_flow_id and not inbound_drops.has_deltas
    left join inbound_files
        on
            needed_files.inbound_flow_id = inbound_files.inbound_flow_id
            and needed_files.file_name = inbound_files.file_name
    where inbound_files.file_name is null
    group by needed_files.inbound_flow_id, needed_files.file_name
)

select * from final
