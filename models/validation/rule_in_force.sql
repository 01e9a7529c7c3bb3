{%- set rules = configured_rules() -%}
{%- set severities = var('rule_severities') -%}
with configured as (
    select
        unnest({{ sql_list(rules | map(attribute=0)) }}) as file_name,
        unnest({{ sql_list(rules | map(attribute=1)) }}) as staging_column,
        unnest({{ sql_list(rules | map(attribute=2)) }}) as rule,
        unnest({{ sql_list(rules | map(attribute=3)) }}) as severity,
        unnest({{ sql_list(rules | map(attribute=4)) }}) as rule_key
),

-- what a district says of a rule; what has a test of its own has the severity from there
district as (
    select
        unnest({{ sql_list(severities.keys()) }}) as rule_key,
        -- YAML takes a bare off for false
        replace(lower(unnest({{ sql_list(severities.values()) }})), 'false', 'off') as severity
),

configured_severities as (
    select
        configured.file_name,
        configured.staging_column,
        configured.rule,
        configured.rule_key,
        configured.severity = 'notice' as is_notice,
        case
            when configured.severity = 'error' or district.severity is null then configured.severity
            else district.severity
        end as severity,
        district.severity is not null as is_set_by_district
    from configured
    left join district on configured.rule_key = district.rule_key
),

columns as (
    select * from {{ ref('oneroster_column') }}
),

school_data_sync_columns as (
    select * from {{ ref('school_data_sync_column') }}
),

rules as (
    select
        rule,
        applies_to,
        severity,
        problem,
        arguments
    from {{ ref('rule') }}
    where caused_by is null
    union all
    -- the words of a district's rule stand on its first line
    select
        trim(rule) as rule,
        null as applies_to,
        null as severity,
        max(trim(problem)) as problem,
        null as arguments
    from {{ ref('district_rule') }}
    group by trim(rule)
),

rules_of_oneroster as (
    select
        configured.*,
        configured.severity as test_severity,
        'oneRoster' as file_format,
        columns.column_name,
        columns.is_required
    from configured_severities as configured
    left join columns
        on configured.file_name = columns.file_name and configured.staging_column = columns.staging_column
    where
        columns.oneroster_version is distinct from 'schoolDataSyncV21'
        and configured.file_name not in (
            select keys.file_name from columns as keys
            where keys.kind = 'key' and keys.oneroster_version = 'schoolDataSyncV21'
        )
),

-- the same rules, as severe as the other format requires its columns
rules_of_school_data_sync as (
    select
        configured.* replace (
            case
                when configured.is_set_by_district then configured.severity
                when rules.severity = 'as required'
                    then if(received.is_required in ('yes', 'unless contact'), 'error', 'warn')
                when rules.applies_to = 'every required column'
                    then case received.is_required when 'no' then 'off' when 'wanted' then 'notice' else 'error' end
                else configured.severity
            end as severity
        ),
        configured.severity as test_severity,
        'schoolDataSyncV21' as file_format,
        received.column_name,
        received.is_required
    from configured_severities as configured
    inner join rules on configured.rule = rules.rule
    left join columns
        on configured.file_name = columns.file_name and configured.staging_column = columns.staging_column
    left join school_data_sync_columns as received
        on configured.file_name = received.file_name and columns.column_name = received.landed_as
    where
        configured.file_name in (select school_data_sync_columns.file_name from school_data_sync_columns)
        and (
            received.column_name is not null
            or configured.staging_column = 'line'
            -- of a made-up key nothing else can be wrong
            or (columns.kind = 'key' and configured.rule in ('not_in_conflict', 'not_repeated'))
        )
),

of_both_formats as (
    select * from rules_of_oneroster
    union all
    select * from rules_of_school_data_sync
),

final as (
    select
        configured.file_format,
        configured.file_name,
        configured.column_name,
        configured.rule,
        case configured.severity when 'warn' then 'warning' else configured.severity end as severity,
        case
            when configured.severity = 'error' then 'record_left_out'
            -- the value of a required column is never blanked, and a line has none
            when configured.severity = 'notice' or coalesce(configured.is_required, '') not in ('no', 'wanted')
                then 'none'
            else 'value_left_out'
        end as effect,
        configured.rule_key,
        configured.is_notice,
        case configured.test_severity when 'warn' then 'warning' else configured.test_severity end as test_severity,
        configured.staging_column,
        columns.column_name as landed_as,
        columns.kind in ('codes', 'list', 'references', 'user_ids') as is_list,
        columns.refers_to,
        rules.problem,
        case when contains(rules.arguments, 'start') then starts.staging_column end as also_left_out
    from of_both_formats as configured
    inner join rules on configured.rule = rules.rule
    left join columns
        on configured.file_name = columns.file_name and configured.staging_column = columns.staging_column
    left join columns as starts
        on configured.file_name = starts.file_name and columns.refers_to = starts.column_name
    where configured.severity <> 'off'
)

select * from final
