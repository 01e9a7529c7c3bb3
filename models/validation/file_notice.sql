-- depends_on: {{ ref('ref_definition') }}
{%- set line_counts = ref('line_count') -%}
{%- set broken_rules = [] -%}
{%- if execute and load_relation(line_counts) is not none -%}
    {%- set counted = run_query(
        "select file_name, unnest(broken_rules, recursive := true) from " ~ line_counts
    ).rows -%}
    {%- for row in counted %}{% do broken_rules.append([row.file_name, row.rule, row.column_name]) %}{% endfor -%}
{%- endif %}

-- most files break no such rule, which line_count has found out without numbering their lines
with notices as (
    {% for file in delivered_files() %}
    {%- set landed = ref('landing_' ~ model_name(file)) %}
    {%- for rule in rules_of(file)
        if rule.severity == 'warning' and [file, rule.name, rule.file_column] in broken_rules %}
    select
        inbound_flow_id,
        drop_id,
        '{{ file }}' as file_name,
        min(line_number) as line_number,
        {{ "'" ~ rule.file_column ~ "'" if rule.file_column else 'cast(null as varchar)' }} as column_name,
        {% if rule.file_column %}arg_min("{{ rule.file_column }}", line_number){% else %}null{% endif %} as value,
        '{{ rule.name }}' as rule,
        {{ problem_of(rule, 'null') }}
        || ' (' || count(*) || ' lines, the last of them line ' || max(line_number) || ')' as problem
    from {{ landed }}
    -- a line without a key is told of by its own findings, or is of a person who was forgotten
    where
        "{{ key_column(file) }}" is not null
        and ({{ breaks_file_rule(rule) }})
    group by inbound_flow_id, drop_id
    union all
    {%- endfor %}
    {%- endfor %}
    select
        cast(null as varchar) as inbound_flow_id,
        cast(null as varchar) as drop_id,
        cast(null as varchar) as file_name,
        cast(null as bigint) as line_number,
        cast(null as varchar) as column_name,
        cast(null as varchar) as value,
        cast(null as varchar) as rule,
        cast(null as varchar) as problem
    where false
),

final as (
    select
        *,
        'warning' as severity,
        'none' as effect
    from notices
)

select * from final
