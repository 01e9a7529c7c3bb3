{#-
    The periods in which records could be active: inbound_flow_id, sourced_id, source_system_id, the `values`, active_from,
    active_to, and why the record itself ended, ended_by; of columns in `newest`, what the last version says. A period lasts
    while the record, which says the same, and all that it needs are present, and its flow's window is open. `needs`: the
    column that names what is needed, with its history.
-#}
{% macro periods(history, values, needs, newest=[]) -%}
    with flow_window as (
        select * from {{ ref('flow_window') }}
    ),

    stretches as (
        {{ stretches(history, values, newest) }}
    ),
    {% for column, needed in needs.items() %}
    {{ column }}_stretches as (
        {{ stretches(needed) }}
    ),
    {% endfor %}
    -- greatest and least pass over nulls: an open end is null
    intersected as (
        select
            stretches.* exclude (present_from, present_to, ended_by),
            flow_window.source_system_id,
            greatest(
                {%- for column in needs %}
                {{ column }}_stretches.present_from,
                {%- endfor %}
                stretches.present_from,
                flow_window.opens_at
            ) as active_from,
            least(
                {%- for column in needs %}
                {{ column }}_stretches.present_to,
                {%- endfor %}
                stretches.present_to,
                flow_window.closed_at
            ) as active_to,
            case when active_to = stretches.present_to then stretches.ended_by end as ended_by
        from stretches
        inner join flow_window on stretches.inbound_flow_id = flow_window.inbound_flow_id
        {%- for column in needs %}
        inner join {{ column }}_stretches
            on
                stretches.inbound_flow_id = {{ column }}_stretches.inbound_flow_id
                and stretches.{{ column }} = {{ column }}_stretches.sourced_id
        {%- endfor %}
    )

    select * from intersected
    where active_to is null or active_from < active_to
{%- endmacro %}
