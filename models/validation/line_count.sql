-- depends_on: {{ ref('ref_definition') }}
-- depends_on: {{ ref('accepted_file') }}
with counts as (
    {% for file in delivered_files() %}
    select
        inbound_flow_id,
        drop_id,
        '{{ file }}' as file_name,
        count(*) as lines,
        -- a line without a key is told of by its own findings, or is of a person who was forgotten
        [
            {%- for rule in doubtful_rules(file, rules_of(file) | selectattr('name', 'in', file_notices()) | list)
                if rule.severity == 'warning' %}
            {
                'rule': '{{ rule.name }}',
                'column_name': {{ "'" ~ rule.file_column ~ "'" if rule.file_column else 'cast(null as varchar)' }},
                'lines': count(*) filter (where "{{ key_column(file) }}" is not null and ({{ breaks_file_rule(rule) }}))
            }{{ ',' if not loop.last }}
            {%- endfor %}
        ] as broken_rules
    from ({{ landed_lines(file) }}) as landed
    group by inbound_flow_id, drop_id
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        inbound_flow_id,
        drop_id,
        file_name,
        lines,
        list_filter(broken_rules, lambda broken_rule: broken_rule['lines'] > 0) as broken_rules
    from counts
)

select * from final
