-- depends_on: {{ ref('ref_definition') }}
with notices as (
    {% for file in delivered_files() %}
    {%- set landed = ref('landing_' ~ model_name(file)) %}
    {%- for rule in rules_of(file) if rule.name in file_notices() and rule.severity == 'warning' %}
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
