{%- set rules = configured_rules() -%}
with configured as (
    select
        unnest({{ sql_list(rules | map(attribute=0)) }}) as file_name,
        unnest({{ sql_list(rules | map(attribute=1)) }}) as staging_column,
        unnest({{ sql_list(rules | map(attribute=2)) }}) as rule,
        unnest({{ sql_list(rules | map(attribute=3)) }}) as severity,
        unnest({{ sql_list(rules | map(attribute=4)) }}) as effect,
        unnest({{ sql_list(rules | map(attribute=5)) }}) as rule_key
),

-- what a district says of a rule: a notice has no test of its own to say it
district as (
    select
        unnest({{ sql_list(var('rule_severities').keys()) }}) as rule_key,
        lower(unnest({{ sql_list(var('rule_severities').values()) }})) as severity
),

columns as (
    select * from {{ ref('oneroster_column') }}
),

rules as (
    select * from {{ ref('rule') }}
    where caused_by is null
),

final as (
    select
        configured.file_name,
        columns.column_name,
        configured.rule,
        case coalesce(district.severity, configured.severity) when 'error' then 'error' else 'warning' end as severity,
        case
            when coalesce(district.severity, configured.severity) = 'error' then 'record_left_out'
            -- the value of a required column is never blanked
            when configured.effect = 'none' or district.severity = 'notice' or columns.is_required <> 'no' then 'none'
            else 'value_left_out'
        end as effect,
        -- a notice that a district made an error costs each of its records
        rules.severity = 'notice' and coalesce(district.severity, '') <> 'error' as is_told_once,
        configured.staging_column,
        columns.kind in ('codes', 'list', 'references', 'user_ids') as is_list,
        columns.refers_to,
        rules.problem,
        case when contains(rules.arguments, 'start') then starts.staging_column end as also_left_out
    from configured
    inner join rules on configured.rule = rules.rule
    left join columns
        on configured.file_name = columns.file_name and configured.staging_column = columns.staging_column
    left join columns as starts
        on configured.file_name = starts.file_name and columns.refers_to = starts.column_name
    left join district on configured.rule_key = district.rule_key
    where coalesce(district.severity, '') <> 'off'
)

select * from final
