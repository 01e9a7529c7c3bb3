{%- set rules = configured_rules() %}
{%- set severities = var('rule_severities') %}

with settings as (
    select
        unnest({{ sql_list(severities.keys()) }}) as rule_key,
        -- YAML takes a bare off for false
        replace(unnest({{ sql_list(severities.values()) }}), 'False', 'off') as severity
),

in_models as (
    select
        unnest({{ sql_list(rules | map(attribute=3)) }}) as severity,
        unnest({{ sql_list(rules | map(attribute=4)) }}) as rule_key
),

-- a rule that is turned off has no test; its column and its own name are known all the same
known_columns as (
    select list(staging_column) as names
    from {{ ref('oneroster_column') }}
),

all_rules as (
    select rule from {{ ref('rule') }}
    union all
    select trim(rule) as rule from {{ ref('district_rule') }}
),

known_rules as (
    select list(rule) as names
    from all_rules
),

judged as (
    select
        settings.rule_key,
        settings.severity,
        settings.severity in ('error', 'warn', 'notice', 'off') as is_severity,
        in_models.rule_key is not null
        or (
            settings.severity = 'off'
            and list_contains(known_columns.names, split_part(settings.rule_key, '.', 2))
            and list_contains(known_rules.names, split_part(settings.rule_key, '.', 3))
        ) as is_rule,
        -- what can be set follows the setting
        coalesce(in_models.severity = 'error', false) and settings.severity <> 'error' as is_fixed
    from settings
    cross join known_columns
    cross join known_rules
    left join in_models on settings.rule_key = in_models.rule_key
)

select
    'dbt_project.yml, rule_severities, ' || rule_key || ': '
    || case
        when not is_severity then 'the severity is ''' || severity || '''. Write error, warn, notice or off.'
        when not is_rule
            then 'there is no such rule. Write file, column and rule as in users.given_name.required.'
        else 'without this rule a record has no key or cannot be read, so it stays an error. Take the line out.'
    end as message
from judged
where not is_severity or not is_rule or is_fixed
