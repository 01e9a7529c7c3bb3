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
        end as severity
    from configured
    left join district on configured.rule_key = district.rule_key
),

columns as (
    select * from {{ ref('oneroster_column') }}
),

rules as (
    select
        rule,
        problem,
        arguments
    from {{ ref('rule') }}
    where caused_by is null
    union all
    -- the words of a district's rule stand on its first line
    select
        trim(rule) as rule,
        max(trim(problem)) as problem,
        null as arguments
    from {{ ref('district_rule') }}
    group by trim(rule)
),

final as (
    select
        configured.file_name,
        columns.column_name,
        configured.rule,
        case configured.severity when 'warn' then 'warning' else configured.severity end as severity,
        case
            when configured.severity = 'error' then 'record_left_out'
            -- the value of a required column is never blanked, and a line has none
            when configured.severity = 'notice' or coalesce(columns.is_required, '') <> 'no' then 'none'
            else 'value_left_out'
        end as effect,
        configured.rule_key,
        configured.is_notice,
        configured.staging_column,
        columns.kind in ('codes', 'list', 'references', 'user_ids') as is_list,
        columns.refers_to,
        rules.problem,
        case when contains(rules.arguments, 'start') then starts.staging_column end as also_left_out
    from configured_severities as configured
    inner join rules on configured.rule = rules.rule
    left join columns
        on configured.file_name = columns.file_name and configured.staging_column = columns.staging_column
    left join columns as starts
        on configured.file_name = starts.file_name and columns.refers_to = starts.column_name
    where configured.severity <> 'off'
)

select * from final
