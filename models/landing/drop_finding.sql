{#- Which flows deliver classes without sessions: only then does it matter whether a class names a term. -#}
{%- set unaccompanied_classes = [] -%}
{%- if execute and load_relation(ref('read_file')) is not none -%}
    {%- set unaccompanied_classes = run_query(
        "select * from " ~ ref('read_file') ~ " as classes where file_name = 'classes.csv' and header_cells > 0"
        ~ " and not exists (select 1 from " ~ ref('read_file') ~ " as sessions where sessions.inbound_flow_id"
        ~ " = classes.inbound_flow_id and sessions.file_name = 'academicSessions.csv')"
    ).rows -%}
{%- endif -%}
{%- set earlier_activity = earlier('runs', 'run_activity') -%}

-- depends_on: {{ ref('run') }}
with inbound_drops as (
    select *
    from {{ ref('inbound_drop') }}
    where is_due
),

inbound_files as (
    select * from {{ ref('inbound_file') }}
),

file_scans as (
    select * from {{ ref('file_scan') }}
),

read_files as (
    select * from {{ ref('read_file') }}
),

header_columns as (
    select * from {{ ref('header_column') }}
),

directory_drops as (
    select * from {{ ref('directory_drop') }}
),

directory_findings as (
    select * from {{ ref('directory_finding') }}
),

delivery_findings as (
    select * from {{ ref('delivery_finding') }}
),

-- why says it all: what else is missing follows from it
refused_flows as (
    select inbound_flow_id
    from delivery_findings
    where severity = 'catastrophic'
),

drop_versions as (
    select * from {{ ref('drop_version') }}
),

manifest_properties as (
    select * from {{ ref('manifest_property') }}
),

known_columns as (
    select
        columns.*,
        required.column_name is not null as is_needed
    from {{ ref('oneroster_column') }} as columns
    left join (
        select
            file_name,
            column_name
        from {{ ref('rule_in_force') }}
        where rule = 'required' and effect = 'record_left_out'
    ) as required
        on columns.file_name = required.file_name and columns.column_name = required.column_name
    where columns.kind <> 'unstored'
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

active_files as (
    {% for file in oneroster_files() %}
    select distinct
        inbound_flow_id,
        '{{ file }}' as file_name
    from ({{ held_by_history(file) }})
    {{ 'union all' if not loop.last }}
    {% endfor %}
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

missing_files as (
    select
        needed_files.inbound_flow_id,
        needed_files.file_name,
        cast(null as bigint) as line_number,
        cast(null as varchar) as column_name,
        min(alike.file_name) as value,
        'required_file' as rule,
        'catastrophic' as severity,
        'the file is missing, and ' || min(needed_files.reason)
        || coalesce('. There is a file ' || min(alike.file_name) || ': upper and lower case matter', '')
        || '. Export the whole set again with this file in it.' as problem
    from needed_files
    left join inbound_files
        on
            needed_files.inbound_flow_id = inbound_files.inbound_flow_id
            and needed_files.file_name = inbound_files.file_name
    left join inbound_files as alike
        on
            needed_files.inbound_flow_id = alike.inbound_flow_id
            and lower(needed_files.file_name) = lower(alike.file_name)
    where
        inbound_files.file_name is null
        and needed_files.inbound_flow_id not in (select refused_flows.inbound_flow_id from refused_flows)
    group by needed_files.inbound_flow_id, needed_files.file_name
),

unknown_versions as (
    select
        drop_versions.inbound_flow_id,
        'users.csv' as file_name,
        null as line_number,
        null as column_name,
        null as value,
        'known_version' as rule,
        'catastrophic' as severity,
        'the drop is neither OneRoster 1.1 (users.csv with the columns role and orgSourcedIds) nor 1.2 (with a file '
        || 'roles.csv). Export it again as one of the two.' as problem
    from drop_versions
    inner join inbound_files
        on drop_versions.inbound_flow_id = inbound_files.inbound_flow_id and inbound_files.file_name = 'users.csv'
    where
        drop_versions.oneroster_version is null
        and drop_versions.inbound_flow_id not in (select refused_flows.inbound_flow_id from refused_flows)
),

changed_versions as (
    select
        drop_versions.inbound_flow_id,
        'users.csv' as file_name,
        null as line_number,
        null as column_name,
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
),

files_of_no_text as (
    select
        inbound_flow_id,
        file_name,
        too_long_lines[1] as line_number,
        null as column_name,
        null as value,
        'text_file' as rule,
        'catastrophic' as severity,
        case
            when too_long_lines[1] is not null
                then 'a line is longer than 2 MB, so this is no CSV file that can be trusted.'
            else 'the file is not UTF-8 text.'
        end || ' Export it again as CSV in UTF-8.' as problem
    from file_scans
    where has_nul or too_long_lines[1] is not null or list_contains(bad_byte_lines, 1)
),

files_of_open_quotes as (
    select
        inbound_flow_id,
        file_name,
        case when has_unclosed_quote then open_lines[-1] else header_line_number end as line_number,
        null as column_name,
        null as value,
        'closed_quotes' as rule,
        'catastrophic' as severity,
        'a quote opens in this line and never closes, so that records cannot be told apart. Close the quote, or double '
        || 'it when it belongs to the value, and export the file again.' as problem
    from file_scans
    where has_unclosed_quote or not {{ is_complete_line('header_line') }}
),

missing_columns as (
    select
        read_files.inbound_flow_id,
        read_files.file_name,
        read_files.header_line_number as line_number,
        known_columns.column_name,
        null as value,
        'required_column' as rule,
        'catastrophic' as severity,
        'the required column is missing'
        || case when read_files.header_line_number is null then ', for the file is empty' else '' end
        || '. Export the file again with this column in its header.' as problem
    from read_files
    inner join known_columns
        on
            read_files.file_name = known_columns.file_name
            and known_columns.is_needed
            and coalesce(read_files.oneroster_version = known_columns.oneroster_version, true)
    left join header_columns
        on
            read_files.inbound_flow_id = header_columns.inbound_flow_id
            and read_files.file_name = header_columns.file_name
            and known_columns.column_name = header_columns.column_name
    where header_columns.column_name is null
),

repeated_columns as (
    select
        header_columns.inbound_flow_id,
        header_columns.file_name,
        any_value(read_files.header_line_number) as line_number,
        min(header_columns.trimmed_header) as column_name,
        null as value,
        'column_once' as rule,
        'catastrophic' as severity,
        'the column is in the header ' || count(*)
        || ' times, so that its values cannot be told apart. Export the file again with the column once.' as problem
    from header_columns
    inner join read_files
        on
            header_columns.inbound_flow_id = read_files.inbound_flow_id
            and header_columns.file_name = read_files.file_name
    where header_columns.trimmed_header is not null
    group by
        header_columns.inbound_flow_id,
        header_columns.file_name,
        lower(coalesce(header_columns.column_name, header_columns.trimmed_header))
    having count(*) > 1
),

delta_files as (
    select
        manifest_properties.inbound_flow_id,
        'manifest.csv' as file_name,
        manifest_properties.line_number,
        manifest_properties.property_name as column_name,
        manifest_properties.property_value as value,
        'bulk_only' as rule,
        'catastrophic' as severity,
        read_files.file_name || ' is announced as a delta. Send complete, bulk exports only.' as problem
    from manifest_properties
    inner join read_files
        on
            manifest_properties.inbound_flow_id = read_files.inbound_flow_id
            and manifest_properties.property_name = 'file.' || replace(read_files.file_name, '.csv', '')
    where lower(manifest_properties.property_value) = 'delta'
),

files_without_records as (
    select
        read_files.inbound_flow_id,
        read_files.file_name,
        null as line_number,
        null as column_name,
        null as value,
        'records_present' as rule,
        'catastrophic' as severity,
        'the file holds no records, '
        || case
            when active_files.file_name is not null
                then 'and using it would end everything that history holds of it. '
            else 'and every drop needs some. '
        end
        || 'The drop is held. Export it again, or, when this is meant, let it through with '
        || '--vars ''{approved_drops: ["' || read_files.inbound_flow_id || '/' || read_files.drop_id || '"]}''.'
            as problem
    from read_files
    inner join inbound_drops
        on read_files.inbound_flow_id = inbound_drops.inbound_flow_id and not inbound_drops.is_approved
    left join active_files
        on read_files.inbound_flow_id = active_files.inbound_flow_id and read_files.file_name = active_files.file_name
    where
        read_files.data_lines = 0
        and read_files.header_line_number is not null
        and (active_files.file_name is not null or read_files.file_name in ('orgs.csv', 'users.csv', 'roles.csv'))
),

manifest_disagreements as (
    select
        manifest_properties.inbound_flow_id,
        'manifest.csv' as file_name,
        manifest_properties.line_number,
        manifest_properties.property_name as column_name,
        manifest_properties.property_value as value,
        'manifest_agrees' as rule,
        'warning' as severity,
        case
            when manifest_properties.property_name = 'oneroster.version'
                then 'the manifest says that this is OneRoster ' || manifest_properties.property_value
                    || ', but the files are ' || drop_versions.oneroster_version
            when inbound_files.file_name is not null
                then 'the manifest says that ' || inbound_files.file_name || ' is absent, but it is there'
            else 'the manifest announces ' || substr(manifest_properties.property_name, 6)
                || '.csv, but it is not there'
        end || '. The files win. Have the manifest corrected at the source.' as problem
    from manifest_properties
    inner join drop_versions on manifest_properties.inbound_flow_id = drop_versions.inbound_flow_id
    left join inbound_files
        on
            manifest_properties.inbound_flow_id = inbound_files.inbound_flow_id
            and manifest_properties.property_name = 'file.' || replace(inbound_files.file_name, '.csv', '')
    where
        manifest_properties.inbound_flow_id not in (select refused_flows.inbound_flow_id from refused_flows)
        and (
            (
                manifest_properties.property_name = 'oneroster.version'
                and manifest_properties.property_value <> drop_versions.oneroster_version
            )
            or (
                starts_with(manifest_properties.property_name, 'file.')
                and (lower(manifest_properties.property_value) = 'absent') = (inbound_files.file_name is not null)
            )
        )
),

unknown_headers as (
    select
        read_files.inbound_flow_id,
        read_files.file_name,
        read_files.header_line_number as line_number,
        coalesce(header_columns.trimmed_header, '(column ' || header_columns.position || ')') as column_name,
        header_columns.header as value,
        'known_header' as rule,
        'warning' as severity,
        case
            when header_columns.trimmed_header is null then 'the header is blank'
            when header_columns.is_password then 'this looks like a column of passwords'
            when header_columns.column_name is not null
                then 'this is a column of OneRoster ' || header_columns.oneroster_version || ', not of '
                    || read_files.oneroster_version
            else 'this is no column of the OneRoster file'
        end || '. Its values are ignored.' as problem
    from header_columns
    inner join read_files
        on
            header_columns.inbound_flow_id = read_files.inbound_flow_id
            and header_columns.file_name = read_files.file_name
    where
        not header_columns.is_metadata
        and not header_columns.is_unstored
        and (
            header_columns.column_name is null
            or header_columns.oneroster_version <> read_files.oneroster_version
        )
),

misspelt_headers as (
    select
        read_files.inbound_flow_id,
        read_files.file_name,
        read_files.header_line_number as line_number,
        header_columns.column_name,
        header_columns.header as value,
        'header_spelling' as rule,
        'warning' as severity,
        'the header is written "' || header_columns.header || '". It is understood; have it written as '
        || header_columns.column_name || ' at the source.' as problem
    from header_columns
    inner join read_files
        on
            header_columns.inbound_flow_id = read_files.inbound_flow_id
            and header_columns.file_name = read_files.file_name
            and coalesce(header_columns.oneroster_version = read_files.oneroster_version, true)
    where header_columns.header <> header_columns.column_name
),

byte_order_marks as (
    select
        inbound_flow_id,
        file_name,
        header_line_number as line_number,
        null as column_name,
        null as value,
        'header_spelling' as rule,
        'warning' as severity,
        'the file begins with a byte order mark. It is understood; have the file written without one at the source.'
            as problem
    from file_scans
    where has_byte_order_mark
),

files_delivered_before as (
    select distinct
        inbound_flow_id,
        unnest(processed_files) as file_name
    from earlier_activities
),

undelivered_files as (
    select
        inbound_drops.inbound_flow_id,
        files_delivered_before.file_name,
        null as line_number,
        null as column_name,
        null as value,
        'delivered_again' as rule,
        'warning' as severity,
        'the file was delivered before and is missing now. Its records stay as they are. Send the same files every '
        || 'time.' as problem
    from inbound_drops
    inner join files_delivered_before
        on inbound_drops.inbound_flow_id = files_delivered_before.inbound_flow_id
    left join inbound_files
        on
            inbound_drops.inbound_flow_id = inbound_files.inbound_flow_id
            and files_delivered_before.file_name = inbound_files.file_name
    left join missing_files
        on
            inbound_drops.inbound_flow_id = missing_files.inbound_flow_id
            and files_delivered_before.file_name = missing_files.file_name
    where
        inbound_files.file_name is null
        and missing_files.file_name is null
        and inbound_drops.inbound_flow_id not in (select refused_flows.inbound_flow_id from refused_flows)
),

files_of_another_version as (
    select
        file_scans.inbound_flow_id,
        file_scans.file_name,
        null as line_number,
        null as column_name,
        null as value,
        'file_of_the_version' as rule,
        'warning' as severity,
        'the drop is OneRoster 1.1, which has no such file. It is not read; roles come from users.csv.' as problem
    from file_scans
    inner join drop_versions
        on file_scans.inbound_flow_id = drop_versions.inbound_flow_id and drop_versions.oneroster_version = '1.1'
    where file_scans.file_name in ('roles.csv', 'userProfiles.csv')
),

findings as (
    select * from delivery_findings
    union all
    select * from missing_files
    union all
    select * from unknown_versions
    union all
    select * from changed_versions
    union all
    select * from files_of_no_text
    union all
    select * from files_of_open_quotes
    union all
    select * from missing_columns
    union all
    select * from repeated_columns
    union all
    select * from delta_files
    union all
    select * from files_without_records
    union all
    select * from manifest_disagreements
    union all
    select * from unknown_headers
    union all
    select * from misspelt_headers
    union all
    select * from byte_order_marks
    union all
    select * from undelivered_files
    union all
    select * from files_of_another_version
    union all
    select * from directory_findings
),

final as (
    select
        findings.inbound_flow_id,
        coalesce(inbound_drops.drop_id, directory_drops.drop_id) as drop_id,
        findings.file_name,
        findings.line_number,
        findings.column_name,
        findings.value,
        findings.rule,
        findings.severity,
        case findings.severity when 'catastrophic' then 'refused' else 'none' end as effect,
        findings.problem
    from findings
    left join inbound_drops on findings.inbound_flow_id = inbound_drops.inbound_flow_id
    left join directory_drops on findings.inbound_flow_id = directory_drops.inbound_flow_id
    -- the directory's export has many more columns than are read, under Microsoft's headers
    where not (findings.inbound_flow_id = 'directory' and findings.rule in ('known_header', 'header_spelling'))
)

select * from final
