{%- set rules = configured_rules() %}

with district_rule as (
    select
        {{ trimmed('columns(*)') }},
        -- the header is line 1
        row_number() over (order by rowid) + 1 as line_number
    from {{ ref('district_rule') }}
),

columns as (
    select * from {{ ref('oneroster_column') }}
),

in_models as (
    select
        unnest({{ sql_list(rules | map(attribute=0)) }}) as file_name,
        unnest({{ sql_list(rules | map(attribute=1)) }}) as staging_column,
        unnest({{ sql_list(rules | map(attribute=2)) }}) as rule
),

-- what is turned off has no test
settings as (
    select unnest({{ sql_list(var('rule_severities').keys()) }}) as rule_key
),

mistakes as (
    select
        'seeds/district/district_rule.csv, line ' || district_rule.line_number || ' (' || district_rule.rule
        || '): the models do not have this rule of '
        || concat_ws(', column ', district_rule.file_name, district_rule.column_name)
        || '. Run `make models`.' as message
    from district_rule
    left join columns
        on district_rule.file_name = columns.file_name and district_rule.column_name = columns.column_name
    left join in_models
        on
            columns.file_name = in_models.file_name
            and columns.staging_column = in_models.staging_column
            and district_rule.rule = in_models.rule
    left join settings
        on ends_with(settings.rule_key, '.' || columns.staging_column || '.' || district_rule.rule)
    where district_rule.rule is not null and in_models.rule is null and settings.rule_key is null
)

{{ mistakes_if_readable(['rule']) }}
