with nameless as (
    select
        inbound_flow_id,
        file_name,
        min(line_number) as line_number,
        count(*) as lines
    from (
        {% for file in delivered_files() %}
        select
            inbound_flow_id,
            '{{ file }}' as file_name,
            line_number
        from {{ ref('validation_' ~ model_name(file)) }}
        where disposition = 'unreadable' and sourced_id is null
        {{ 'union all' if not loop.last }}
        {% endfor %}
    )
    group by inbound_flow_id, file_name
),

held as (
    {% for file in delivered_files() %}
    select
        changes.inbound_flow_id,
        '{{ file }}' as file_name,
        nameless.line_number,
        nameless.lines,
        count(*) as records
    from {{ ref('changes_' ~ model_name(file)) }} as changes
    inner join nameless on changes.inbound_flow_id = nameless.inbound_flow_id and nameless.file_name = '{{ file }}'
    -- what has a line of its own is kept for that line's sake
    anti join {{ ref('validation_' ~ model_name(file)) }} as lines
        on
            changes.inbound_flow_id = lines.inbound_flow_id
            and changes.sourced_id = lines.sourced_id
            and lines.disposition in ('rejected', 'unreadable')
    where changes.change = 'stood_in'
    group by changes.inbound_flow_id, nameless.line_number, nameless.lines
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        inbound_flow_id,
        file_name,
        line_number,
        records || case when records = 1 then ' record is' else ' records are' end
        || ' not in this file any more and would end, but '
        || case when lines = 1 then 'a line' else lines || ' lines' end
        || ' cannot be read, not even the id, and may hold any of them. Fix the line, or lines, and they end.'
            as problem
    from held
)

select * from final
