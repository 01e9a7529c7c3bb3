{#-
    The stretches of time in which records were present without a break, from their history: present_from, present_to, and why
    the record ended, ended_by.
    `values` are columns that end a stretch when they change, and are told with it. A change of any other ends nothing; of those
    in `newest`, what the last version says is told.
-#}
{% macro stretches(history, values=[], newest=[]) -%}
    {%- set said = (['inbound_flow_id', 'sourced_id'] + values) | join(', ') -%}
    with versions as (
        select * from {{ history }}
    ),

    -- most have one version, which spares them the numbering
    unchanged as (
        select * from versions
        where dbt_valid_to is null and dbt_valid_from = first_seen_at
    ),

    changed as (
        select * from versions
        where dbt_valid_to is not null or dbt_valid_from is distinct from first_seen_at
    ),

    -- versions in a row that say the same are one stretch
    numbered as (
        select
            *,
            lead(ended_by) over (partition by inbound_flow_id, sourced_id order by dbt_valid_from) as then_ended_by,
            row_number() over (
                partition by inbound_flow_id, sourced_id
                order by dbt_valid_from
            ) - row_number() over (
                partition by {{ said }}, is_active_in_session
                order by dbt_valid_from
            ) as others_before
        from changed
    )

    select
        {{ said }},
        {%- for column in newest %}
        last({{ column }} order by dbt_valid_from) as {{ column }},
        {%- endfor %}
        min(dbt_valid_from) as present_from,
        nullif(
            max(coalesce(dbt_valid_to, cast('infinity' as timestamp))),
            cast('infinity' as timestamp)
        ) as present_to,
        last(then_ended_by order by dbt_valid_from) as ended_by
    from numbered
    where is_active_in_session
    group by {{ said }}, others_before
    union all
    select
        {{ ([said] + newest) | join(', ') }},
        dbt_valid_from as present_from,
        dbt_valid_to as present_to,
        null as ended_by
    from unchanged
    where is_active_in_session
{%- endmacro %}
